/** How often one product carries one name in a file. */
export interface NameCount {
  readonly name: string;
  readonly count: number;
}

const noNames = new Set(['nan', 'null', 'none', 'n/a', 'na', 'undefined', '-']);

/** A name without blanks around it and with single blanks inside. */
export function tidyName(name: string): string {
  return name.trim().replace(/\s+/g, ' ');
}

function isName(name: string): boolean {
  return /\p{L}/u.test(name) && !noNames.has(name.toLowerCase());
}

/**
 * The name a product goes by: of the usable ones (with a letter, no stand-in such as "nan") the most frequent once tidied; a tie goes to the
 * one without question marks, then to the first in the alphabet. Undefined when none is usable.
 */
export function chooseProductName(names: readonly NameCount[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { name, count } of names) {
    const tidy = tidyName(name);
    if (isName(tidy)) counts.set(tidy, (counts.get(tidy) ?? 0) + count);
  }
  const byRank = [...counts].sort(
    ([a, countA], [b, countB]) =>
      countB - countA || Number(a.includes('?')) - Number(b.includes('?')) || (a < b ? -1 : 1),
  );
  return byRank[0]?.[0];
}
