const SCALE = 1_000_000_000n;
const LIMIT = 10n ** 38n;
const MAX_EXPONENT = 400;
const CENT = 10_000_000n;
/** Up to here a number with two decimals is the double nearest to its cents / 100, and no other text is as short. */
const MOST_CENTS = 1e12;

/** A text or number that is no amount of money, or one that 29 digits before the point do not hold. */
export class MoneyError extends Error {
  constructor(value: unknown) {
    super(
      `${typeof value === 'string' ? JSON.stringify(value) : String(value)} is no amount: a decimal number with at most 29 digits before the point was expected`,
    );
    this.name = 'MoneyError';
  }
}

const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/**
 * Exact amounts: a `bigint` counts billionths of the currency's unit, as a NUMERIC(38, 9) column does in the warehouse.
 * Nothing is ever added up in floating point.
 */
export const Money = {
  /**
   * Reads a decimal. A number counts as its shortest decimal text (2.55 is 2.55). Beyond nine decimals it rounds half away from zero.
   *
   * @throws MoneyError for what is no decimal or does not fit the warehouse's column.
   */
  of(value: number | string): bigint {
    if (typeof value === 'number' && Math.abs(value) <= MOST_CENTS / 100) {
      const cents = Math.round(value * 100);
      if (cents / 100 === value) return BigInt(cents) * CENT;
    }
    const match = decimal.exec(String(value));
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? [];
    if (!match || whole + fraction === '' || Math.abs(Number(exponent)) > MAX_EXPONENT) throw new MoneyError(value);
    const digits = BigInt(whole + fraction);
    const shift = 9 - fraction.length + Number(exponent);
    const units = shift >= 0 ? digits * 10n ** BigInt(shift) : divideHalfAway(digits, 10n ** BigInt(-shift));
    if (units >= LIMIT) throw new MoneyError(value);
    return sign === '-' ? -units : units;
  },

  /** `price` × `quantity`, both exact, rounded to nine decimals half away from zero. */
  times(price: bigint, quantity: bigint): bigint {
    return divideHalfAway(price * quantity, SCALE);
  },

  /**
   * The nearest double, by the same steps as the warehouse's cast of NUMERIC to DOUBLE: up to 2^53 billionths in one division, above it
   * whole part and fraction apart.
   */
  toNumber(units: bigint): number {
    if (units >= -9007199254740992n && units <= 9007199254740992n) return Number(units) / 1e9;
    return Number(units / SCALE) + Number(units % SCALE) / 1e9;
  },

  /** Plain decimal text without trailing zeros: `"19.5"`. */
  toString(units: bigint): string {
    const magnitude = units < 0n ? -units : units;
    const fraction = (magnitude % SCALE).toString().padStart(9, '0').replace(/0+$/, '');
    return `${units < 0n ? '-' : ''}${magnitude / SCALE}${fraction ? `.${fraction}` : ''}`;
  },
} as const;

function divideHalfAway(dividend: bigint, divisor: bigint): bigint {
  const magnitude = dividend < 0n ? -dividend : dividend;
  const rounded = (magnitude + divisor / 2n) / divisor;
  return dividend < 0n ? -rounded : rounded;
}
