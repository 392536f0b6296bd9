const decimalPoint = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const decimalComma = /^[+-]?(?:\d+,?\d*|,\d+)$/;

/** The sign between whole part and fraction. */
export type DecimalSign = '.' | ',';

/**
 * Reads a decimal number; a number passes through. NaN for anything else: an empty field, a currency sign, thousands separators.
 * Nothing is rounded beyond the nearest double of the decimal as written.
 */
export function readDecimal(value: string | number | null, sign: DecimalSign = '.'): number {
  if (typeof value === 'number') return Number.isFinite(value) ? value : NaN;
  if (value === null) return NaN;
  const text = value.trim();
  if (sign === ',' && decimalComma.test(text)) return Number(text.replace(',', '.'));
  if (sign === '.' && decimalPoint.test(text)) return Number(text);
  return NaN;
}
