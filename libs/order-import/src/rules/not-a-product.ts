const letters = /^[DMSB]$/;
const words =
  /^(?:POST(?:AGE)?|DOT|C2|C3|CARRIAGE|SHIPPING|DELIVERY|FREIGHT|DISC(?:OUNT)?|MANUAL|SAMPLES?|BANK CHARGES|AMAZONFEE|FEES?|CRUK|DONATION|ADJUST\d*|TIP|TAX|TEST[-_ ]?\d*|GIFT|GIFT[-_ ]?\d+[-_]\d+|GIFT[-_ ]?(?:CARD|VOUCHER))$/i;

/**
 * Whether a code stands for something that is no product: postage and carriage, manual entries, discounts, samples, fees, charges,
 * adjustments, vouchers, test entries. The single letters D, M, S and B count only as capitals, the words in any case.
 */
export function isNoProduct(code: string): boolean {
  return letters.test(code) || words.test(code);
}
