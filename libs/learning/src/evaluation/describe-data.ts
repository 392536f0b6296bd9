import { z } from 'zod';
import { type AffinityCounts, affinityLimits, poverty } from '../training/embedded/training-limits.js';
import { correlationsOf } from './correlations.js';
import type { PackedRows } from './packed-rows.js';
import { unpackInterests } from './product-interest.js';
import { distinct, type Split, type SplitPart, type SplitRow } from './split.js';

const histogramBin = z.object({ from: z.number(), count: z.number() });

/** A count of values by powers of two: `from` up to, but without, 2 × `from`. */
export type HistogramBin = Readonly<z.infer<typeof histogramBin>>;

/** {@link DataDescription} as it comes from another thread. */
export const dataDescriptionSchema = z.object({
  parts: z.array(z.object({ name: z.string(), rows: z.number(), customers: z.number(), products: z.number() })),
  /** Pairs of train ÷ all possible ones. */
  density: z.number(),
  /** Share of the test's rows whose customer neither train nor validation knows. */
  unknownCustomers: z.number(),
  /** Share of the test's rows whose product neither train nor validation knows. */
  unknownProducts: z.number(),
  /** Of train, as are the other two. */
  productsPerCustomer: z.array(histogramBin),
  customersPerProduct: z.array(histogramBin),
  quantities: z.array(histogramBin),
  /** Share of train's rows that the tenth of the products with the most rows makes up. */
  topTenthShare: z.number(),
  /** Views and carts, their customers and products, where the data has any. */
  interests: z.object({ view: z.number(), cart: z.number(), customers: z.number(), products: z.number() }).optional(),
  /** Pearson correlations over the customers of train, each figure as log(1 + x): row and column by row and column. */
  correlations: z.object({
    figures: z.array(z.string()).readonly(),
    matrix: z.array(z.array(z.number()).readonly()).readonly(),
  }),
  /** Whether there is enough to learn from, and which limit is missed. */
  verdict: z.object({ fit: z.boolean(), reason: z.string().optional(), limits: z.record(z.string(), z.number()) }),
});

/** What a split holds, before anything is learned from it. */
export type DataDescription = Readonly<z.infer<typeof dataDescriptionSchema>>;

/**
 * Describes a split, and interests where there are any. Rows are whole: what reads them refuses missing and negative values.
 * @param counted what the limits are held against; what the split tells of it where the order lines are not known.
 */
export function describeData(split: Split, interests?: PackedRows, counted?: AffinityCounts): DataDescription {
  const { train, validation, test } = split;
  const ofCustomer = totals(train, row => row.customer);
  const ofProduct = totals(train, row => row.item);
  const known = {
    customers: distinct(row => row.customer, train, validation),
    products: distinct(row => row.item, train, validation),
  };
  const counts = [...ofProduct.values()].map(({ rows }) => rows).sort((a, b) => b - a);
  const top = counts.slice(0, Math.ceil(counts.length / 10)).reduce((sum, rows) => sum + rows, 0);
  const reason = poverty(
    counted ?? {
      minCustomers: ofCustomer.size,
      minItems: ofProduct.size,
      minOrderLines: train.length,
      minReturningCustomers: distinct(row => row.customer, test).size,
    },
  );
  return {
    parts: Object.entries({ train, validation, test }).map(([name, rows]) => ({
      name,
      rows: rows.length,
      customers: distinct(row => row.customer, rows).size,
      products: distinct(row => row.item, rows).size,
    })),
    density: train.length / Math.max(1, ofCustomer.size * ofProduct.size),
    unknownCustomers: shareOf(test, row => !known.customers.has(row.customer)),
    unknownProducts: shareOf(test, row => !known.products.has(row.item)),
    productsPerCustomer: histogram([...ofCustomer.values()].map(({ rows }) => rows)),
    customersPerProduct: histogram(counts),
    quantities: histogram(Array.from(train, row => row.quantity)),
    topTenthShare: top / Math.max(1, train.length),
    ...(interests && { interests: describeInterests(interests) }),
    correlations: correlationsOf(customerFigures(train, ofCustomer, ofProduct, interests)),
    verdict: { fit: reason === undefined, ...(reason !== undefined && { reason }), limits: affinityLimits },
  };
}

function shareOf(rows: SplitPart, counts: (row: SplitRow) => boolean): number {
  let counted = 0;
  for (const row of rows) if (counts(row)) counted += 1;
  return counted / Math.max(1, rows.length);
}

function totals(rows: SplitPart, key: (row: SplitRow) => string): Map<string, { rows: number; quantity: number }> {
  const found = new Map<string, { rows: number; quantity: number }>();
  for (const row of rows) {
    const total = found.get(key(row)) ?? { rows: 0, quantity: 0 };
    total.rows += 1;
    total.quantity += row.quantity;
    found.set(key(row), total);
  }
  return found;
}

function histogram(values: readonly number[]): HistogramBin[] {
  const counts = new Map<number, number>();
  for (const value of values) {
    const from = 2 ** Math.floor(Math.log2(value));
    counts.set(from, (counts.get(from) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a - b).map(([from, count]) => ({ from, count }));
}

function describeInterests(interests: PackedRows): NonNullable<DataDescription['interests']> {
  const kinds = { view: 0, cart: 0 };
  for (const { kind } of unpackInterests(interests)) kinds[kind] += 1;
  return { ...kinds, customers: interests.customers.length, products: interests.items.length };
}

/** A column of each figure, with a value for each customer of train. */
function customerFigures(
  train: SplitPart,
  ofCustomer: ReadonlyMap<string, { readonly rows: number; readonly quantity: number }>,
  ofProduct: ReadonlyMap<string, { readonly rows: number }>,
  interests: PackedRows | undefined,
): Map<string, number[]> {
  const popularity = new Map<string, number>();
  for (const { customer, item } of train)
    popularity.set(customer, (popularity.get(customer) ?? 0) + (ofProduct.get(item)?.rows ?? 0));
  const customers = [...ofCustomer];
  const figures = new Map([
    ['products', customers.map(([, { rows }]) => rows)],
    ['pieces of each', customers.map(([, { rows, quantity }]) => quantity / rows)],
    ['customers of each product', customers.map(([id, { rows }]) => (popularity.get(id) ?? 0) / rows)],
  ]);
  if (!interests) return figures;
  for (const kind of ['view', 'cart'] as const) {
    const counts = new Map<string, number>();
    for (const interest of unpackInterests(interests))
      if (interest.kind === kind) counts.set(interest.customerId, (counts.get(interest.customerId) ?? 0) + 1);
    figures.set(
      `${kind}s`,
      customers.map(([id]) => counts.get(id) ?? 0),
    );
  }
  return figures;
}
