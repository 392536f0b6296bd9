/** What a column of an order file can mean. The first seven are needed, the others are taken where they exist. */
export const ORDER_COLUMNS = [
  'order',
  'product',
  'name',
  'quantity',
  'price',
  'customer',
  'placedAt',
  'country',
  'category',
  'currency',
  'status',
] as const;

/** One of {@link ORDER_COLUMNS}. */
export type OrderColumn = (typeof ORDER_COLUMNS)[number];

/** The columns without which no order can be read. */
export const NEEDED_COLUMNS = [
  'order',
  'product',
  'name',
  'quantity',
  'price',
  'customer',
  'placedAt',
] as const satisfies readonly OrderColumn[];

/** The column of the file that stands for each meaning, by its name in the file. */
export type ColumnMapping = Readonly<Partial<Record<OrderColumn, string>>> &
  Readonly<Record<(typeof NEEDED_COLUMNS)[number], string>>;

const commonNames: Readonly<Record<OrderColumn, readonly string[]>> = {
  order: [
    'order',
    'orderid',
    'ordernumber',
    'orderno',
    'invoice',
    'invoiceno',
    'invoiceid',
    'transactionid',
    'transaction',
  ],
  product: [
    'product',
    'productid',
    'stockcode',
    'sku',
    'itemid',
    'item',
    'productcode',
    'lineitemsku',
    'article',
    'articleid',
  ],
  name: ['name', 'productname', 'description', 'itemname', 'lineitemname', 'producttitle', 'title'],
  quantity: ['quantity', 'qty', 'lineitemquantity', 'amount', 'units'],
  price: ['price', 'unitprice', 'itemprice', 'lineitemprice', 'priceeach'],
  customer: [
    'customer',
    'customerid',
    'userid',
    'user',
    'userpseudoid',
    'clientid',
    'buyerid',
    'customerno',
    'customernumber',
  ],
  placedAt: [
    'placedat',
    'invoicedate',
    'orderdate',
    'createdat',
    'date',
    'timestamp',
    'orderedat',
    'purchasedate',
    'time',
  ],
  country: ['country', 'shippingcountry', 'billingcountry', 'countrycode'],
  category: ['category', 'productcategory', 'itemcategory', 'producttype', 'department'],
  currency: ['currency', 'currencycode'],
  status: ['status', 'orderstatus', 'state', 'financialstatus'],
};

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * The column of `header` that means `column`, by the common names of shops' exports; case, blanks and punctuation do not matter.
 * Undefined where none does. Earlier names in the list win.
 */
export function detectColumn(column: OrderColumn, header: readonly string[]): string | undefined {
  for (const name of commonNames[column]) {
    const found = header.find(candidate => plain(candidate) === name);
    if (found !== undefined) return found;
  }
  return undefined;
}
