import { Double } from 'mongodb';

/** An order as the writer stores it; `rev` is different in each of its states. */
export interface WrittenOrder {
  _id: string;
  customerId: string;
  placedAt: Date;
  status: string;
  currency: string;
  items: { productId: string; name: string; quantity: number; price: Double }[];
  rev: number;
}

/** A product as the writer stores it. */
export interface WrittenProduct {
  _id: string;
  name: string;
  category: string;
  price: Double;
  rev: number;
}

/** The whole document of a key in a state. */
export const documentOf = {
  orders: (_id: string, rev: number): WrittenOrder => ({
    _id,
    customerId: `c${rev % 50}`,
    placedAt: new Date(1_770_000_000_000 + rev),
    status: 'placed',
    currency: 'GBP',
    items: [{ productId: `p${rev % 7}`, name: 'Näme "quoted"', quantity: 1 + (rev % 3), price: new Double(2.5) }],
    rev,
  }),
  products: (_id: string, rev: number): WrittenProduct => ({
    _id,
    name: `Product ${rev}`,
    category: `category ${rev % 5}`,
    price: new Double((rev % 400) / 4),
    rev,
  }),
} as const;

/** What an update sets. */
export const changeOf = {
  orders: (rev: number) => ({ rev, status: rev % 2 === 0 ? 'paid' : 'shipped' }),
  products: (rev: number) => ({ rev, name: `Changed ${rev}` }),
} as const;

/** The fields of a document that are compared, as one text; the same from MongoDB as from the warehouse, where money is decimal text. */
export const stateOf = {
  orders: ({ rev, customerId, status, items }: { [F in 'rev' | 'customerId' | 'status' | 'items']: unknown }) =>
    JSON.stringify([rev, customerId, status, sorted(items)]),
  products: ({ rev, name, category, price }: { [F in 'rev' | 'name' | 'category' | 'price']: unknown }) =>
    JSON.stringify([rev, name, category, String(price)]),
} as const;

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([field, inner]) => [field, sorted(inner)]);
}
