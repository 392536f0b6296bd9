/** The size of a problem. */
export interface AlsShape {
  readonly users: number;
  readonly items: number;
  /** Pairs of a user and an item. */
  readonly pairs: number;
  readonly factors: number;
  readonly threads: number;
}

/** One side of the matrix in memory: its rows in CSR form and their factors. */
export interface AlsSide {
  readonly rows: number;
  /** Byte addresses. */
  readonly rowStarts: number;
  readonly columns: number;
  readonly excesses: number;
  readonly factors: number;
}

/** Where everything lies in the memory that the threads share; addresses in bytes. */
export interface AlsLayout {
  /** 8 integers of 64 bits by which the threads agree on who does what. */
  readonly control: number;
  readonly users: AlsSide;
  readonly items: AlsSide;
  /** Factors in a row with its padding: whole cache lines. */
  readonly stride: number;
  readonly gram: number;
  /** The matrix that makes the Gram matrix tridiagonal, and what it then has: three numbers for each factor. */
  readonly rotation: number;
  readonly bands: number;
  /** One partial Gram matrix for each block of rows. */
  readonly partialGrams: number;
  /** One for each thread. */
  readonly scratch: readonly number[];
  /** All of it. */
  readonly bytes: number;
}

const FLOATS_IN_LINE = 16;
const LINE_BYTES = 64;
const MOST_BLOCKS = 128;
const LEAST_BLOCK_ROWS = 32;
const MOST_BYTES = 4 * 2 ** 30;

/** Rows that one thread solves at a time; it depends on the number of rows alone, so that results do not depend on threads. */
export function blockRows(rows: number): number {
  return Math.max(LEAST_BLOCK_ROWS, Math.ceil(rows / MOST_BLOCKS));
}

/** Blocks that so many rows fall into: at most 128. */
export function blockCount(rows: number): number {
  return Math.ceil(rows / blockRows(rows));
}

/**
 * The memory of a training, S being the factors rounded up to a multiple of 16 and B the larger number of blocks of the
 * two sides, at most 128:
 *
 *     16·pairs + 4·(users + items) + 4·S·(users + items) + 4·S²·(B + 2) + 12·S + threads·4·(S² + 3·S)
 *
 * bytes, and at most 64 more for each of its parts.
 * @throws RangeError above 4 GiB, which is as much as the kernel can address.
 */
export function alsLayout({ users, items, pairs, factors, threads }: AlsShape): AlsLayout {
  const stride = Math.ceil(factors / FLOATS_IN_LINE) * FLOATS_IN_LINE;
  let bytes = 0;
  const take = (words: number): number => {
    const at = bytes;
    bytes += Math.ceil((4 * words) / LINE_BYTES) * LINE_BYTES;
    return at;
  };
  const side = (rows: number): AlsSide => ({
    rows,
    rowStarts: take(rows + 1),
    columns: take(pairs),
    excesses: take(pairs),
    factors: take(rows * stride),
  });
  const layout = {
    control: take(FLOATS_IN_LINE),
    users: side(users),
    items: side(items),
    stride,
    gram: take(stride ** 2),
    rotation: take(stride ** 2),
    bands: take(3 * stride),
    partialGrams: take(stride ** 2 * Math.max(blockCount(users), blockCount(items))),
    scratch: Array.from({ length: threads }, () => take(stride ** 2 + 3 * stride)),
  };
  if (bytes > MOST_BYTES) {
    throw new RangeError(
      `${users} customers × ${items} products with ${pairs} pairs and ${factors} factors need ${bytes} bytes; 4 GiB is the most. Ask for fewer factors.`,
    );
  }
  return { ...layout, bytes };
}
