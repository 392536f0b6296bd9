/**
 * Codes under which shops book what is no product: postage and carriage, manual entries, discounts, samples, fees, charges, adjustments,
 * vouchers, test entries. Upper and lower case do not matter.
 */
export const NOT_A_PRODUCT =
  /^(?:POST(?:AGE)?|DOT|C2|C3|CARRIAGE|SHIPPING|DELIVERY|FREIGHT|D|DISC(?:OUNT)?|M|MANUAL|S|SAMPLES?|B|BANK CHARGES|AMAZONFEE|FEES?|CRUK|DONATION|ADJUST\d*|TIP|TAX|TEST[-_ ]?\d*|GIFT|GIFT[-_ ]?\d+[-_]\d+|GIFT[-_ ]?(?:CARD|VOUCHER))$/i;
