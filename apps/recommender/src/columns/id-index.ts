/** Numbers ids in the order they were first seen: 0, 1, 2, … A number is never given twice and never taken back. */
export class IdIndex {
  private readonly numbers = new Map<string, number>();
  private readonly ids: string[] = [];

  get size(): number {
    return this.ids.length;
  }

  /** The number of an id, or -1 where it was never seen. */
  find(id: string): number {
    return this.numbers.get(id) ?? -1;
  }

  /** The number of an id; an id never seen before gets the next one. */
  add(id: string): number {
    const known = this.numbers.get(id);
    if (known !== undefined) return known;
    const number = this.ids.push(id) - 1;
    this.numbers.set(id, number);
    return number;
  }

  /**
   * The id of a number given by {@link add}.
   * @throws RangeError for any other number.
   */
  id(number: number): string {
    const id = this.ids[number];
    if (id === undefined) throw new RangeError(`No id has the number ${number}: ${this.ids.length} are known`);
    return id;
  }

  /** Orders two numbers by their ids, code unit by code unit. */
  readonly compare = (a: number, b: number): number => {
    const left = this.id(a);
    const right = this.id(b);
    return left < right ? -1 : left > right ? 1 : 0;
  };
}
