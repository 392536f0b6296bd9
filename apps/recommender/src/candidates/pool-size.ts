/** Candidates a source gives for a list of `first`, so that merging and exclusions leave enough. */
export function poolSize(first: number): number {
  return first * 2 + 10;
}
