/** Items whose screens lie together: four vectors hold one pair of dimensions of all of them. */
export const GROUP = 16;
/** Items that all queries of a batch look through before any goes on; their screens stay in the first-level cache. */
export const BLOCK = 16 * GROUP;
/** Queries that go through the items together. */
export const QUERIES = 64;

const LEAST_OWN = 16_384;
const LINE_BYTES = 64;

/** Where an inner product search has everything in the kernel's memory; addresses in bytes. */
export interface SearchLayout {
  readonly groups: number;
  readonly screens: number;
  /** The item of each place; -1 where a group is not full. */
  readonly items: number;
  readonly multipliers: number;
  readonly vectors: number;
  /** Of the queries under way: their screens, vectors, best and own items. */
  readonly queryScreens: number;
  readonly queryVectors: number;
  readonly best: number;
  readonly own: number;
  /** Own items that there is room for, of all queries together. */
  readonly ownCapacity: number;
  /** All of it. */
  readonly bytes: number;
}

/** @param shape `items` of a catalogue are searched, for the best `most` of each query. */
export function searchLayout(shape: {
  readonly items: number;
  readonly catalogue: number;
  readonly dimensions: number;
  readonly most: number;
}): SearchLayout {
  const { items, catalogue, dimensions, most } = shape;
  let bytes = 0;
  const take = (size: number): number => {
    const at = bytes;
    bytes += Math.ceil(size / LINE_BYTES) * LINE_BYTES;
    return at;
  };
  const groups = Math.ceil(items / GROUP);
  const places = groups * GROUP;
  const ownCapacity = Math.max(LEAST_OWN, catalogue);
  const layout = {
    groups,
    screens: take(places * dimensions * 2),
    items: take(places * 4),
    multipliers: take(places * 4),
    vectors: take(places * dimensions * 4),
    queryScreens: take(QUERIES * dimensions * 2),
    queryVectors: take(QUERIES * dimensions * 8),
    best: take(QUERIES * most * 8),
    own: take(ownCapacity * 4),
    ownCapacity,
  };
  return { ...layout, bytes };
}
