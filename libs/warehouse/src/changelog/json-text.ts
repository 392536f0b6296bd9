/**
 * A value as JSON text that any JSON reader accepts: half a surrogate pair becomes U+FFFD (its escape is refused by warehouses),
 * and numbers are written in their shortest form, so that 2.55 is `2.55`.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes('\\ud')) return text;
  return JSON.stringify(value, (_key, nested: unknown) =>
    typeof nested === 'string' ? nested.toWellFormed() : nested,
  );
}
