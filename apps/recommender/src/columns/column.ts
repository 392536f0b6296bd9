type Numbers = Int32Array | Float32Array | Float64Array | Uint8Array | Uint32Array;

/** A typed array that grows as rows are added. Hot loops read {@link Column.values} directly, after {@link Column.reserve}. */
export class Column<A extends Numbers> {
  values: A;

  private constructor(
    private readonly make: (length: number) => A,
    private readonly empty: number,
  ) {
    this.values = make(16);
    this.values.fill(empty);
  }

  /** 32-bit whole numbers; a row never set holds `empty`. */
  static int32(empty = 0): Column<Int32Array> {
    return new Column(length => new Int32Array(length), empty);
  }

  static uint8(empty = 0): Column<Uint8Array> {
    return new Column(length => new Uint8Array(length), empty);
  }

  static uint32(empty = 0): Column<Uint32Array> {
    return new Column(length => new Uint32Array(length), empty);
  }

  static float32(empty = 0): Column<Float32Array> {
    return new Column(length => new Float32Array(length), empty);
  }

  static float64(empty = 0): Column<Float64Array> {
    return new Column(length => new Float64Array(length), empty);
  }

  get(row: number): number {
    return this.values[row] ?? this.empty;
  }

  set(row: number, value: number): void {
    this.reserve(row + 1);
    this.values[row] = value;
  }

  /** Makes room for `rows` rows. */
  reserve(rows: number): void {
    const held = this.values.length;
    if (rows <= held) return;
    const grown = this.make(Math.max(rows, held * 2));
    grown.set(this.values);
    grown.fill(this.empty, held);
    this.values = grown;
  }

  /** Sets every row back to `empty`. */
  clear(): void {
    this.values.fill(this.empty);
  }
}
