/**
 * The whole number that an option gives; undefined where it is left out.
 *
 * @throws RangeError for anything but a whole number above 0.
 */
export function countOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new RangeError(`${option} "${text}" is not usable. Allowed: a whole number from 1 to 999999999`);
}
