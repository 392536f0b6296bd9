/** Below any of these, data is too poor to learn from. */
export const affinityLimits = {
  minCustomers: 20,
  minItems: 10,
  minOrderLines: 200,
  /** Customers with two orders or more; the last of them is what a model is tested on. */
  minReturningCustomers: 10,
} as const;

/** What there is of each that has a limit. */
export type AffinityCounts = Readonly<Record<keyof typeof affinityLimits, number>>;

/** Customers needed for each cluster. */
export const MIN_CUSTOMERS_PER_CLUSTER = 10;

/** The first limit that `found` misses, in words; undefined when it is rich enough. */
export function poverty(found: AffinityCounts): string | undefined {
  const names = {
    minCustomers: 'customers',
    minItems: 'products',
    minOrderLines: 'order lines',
    minReturningCustomers: 'customers with two orders or more',
  } as const;
  for (const limit of ['minCustomers', 'minItems', 'minOrderLines', 'minReturningCustomers'] as const) {
    if (found[limit] < affinityLimits[limit]) {
      return `${found[limit]} ${names[limit]}, at least ${affinityLimits[limit]} are needed (${limit})`;
    }
  }
  return undefined;
}
