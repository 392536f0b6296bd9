import { expect, it } from 'vitest';
import { isNoProduct } from './not-a-product.js';

it.each([
  'POST',
  'D',
  'DOT',
  'M',
  'post',
  'S',
  'B',
  'C2',
  'C3',
  'BANK CHARGES',
  'AMAZONFEE',
  'ADJUST',
  'ADJUST2',
  'TEST001',
  'GIFT',
  'gift_0001_80',
  'CRUK',
])('%s is no product', code => expect(isNoProduct(code)).toBe(true));

it.each([
  '85048',
  '79323P',
  'PADS',
  'SP1002',
  'DCGS0058',
  'DCGSSBOY',
  '10002',
  'MUG',
  'POSTER',
  'DOTTED BAG',
  'C25',
  'TESTER',
  'm',
  'b',
])('%s is one', code => expect(isNoProduct(code)).toBe(false));
