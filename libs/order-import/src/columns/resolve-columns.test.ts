import { describe, expect, it } from 'vitest';
import { OrderFileError } from '../order-file-error.js';
import { resolveColumns } from './resolve-columns.js';

const retail = ['Invoice', 'StockCode', 'Description', 'Quantity', 'InvoiceDate', 'Price', 'Customer ID', 'Country'];

describe('resolveColumns', () => {
  it('recognises common names whatever their case, blanks and punctuation', () => {
    expect(resolveColumns('f', retail, {})).toEqual({
      order: 'Invoice',
      product: 'StockCode',
      name: 'Description',
      quantity: 'Quantity',
      price: 'Price',
      customer: 'Customer ID',
      placedAt: 'InvoiceDate',
      country: 'Country',
    });
  });

  it('takes named columns before all others, and none twice', () => {
    const header = ['order_id', 'sku', 'title', 'qty', 'unit-price', 'Customer', 'date', 'Buyer'];
    const mapping = resolveColumns('f', header, { customer: 'Buyer', name: 'Customer' });
    expect(mapping).toMatchObject({ order: 'order_id', customer: 'Buyer', name: 'Customer', price: 'unit-price' });
  });

  it('says which column named does not exist, and which do', () => {
    const wrong = () => resolveColumns('orders.csv', retail, { order: 'invoice' });
    expect(wrong).toThrow(OrderFileError);
    expect(wrong).toThrow(/orders\.csv: there is no column "invoice" for order; the file has "Invoice", "StockCode"/);
  });

  it('says which needed columns are missing and how to name them', () => {
    expect(() => resolveColumns('orders.csv', ['Invoice', 'x'], {})).toThrow(
      /product, name, quantity, price, customer, placedAt.*--column product="Invoice"/,
    );
  });
});
