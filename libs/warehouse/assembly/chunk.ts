import { copy } from './bytes';

/** As many as DuckDB's vectors hold. */
export const CHUNK_ROWS: u32 = 2048;
const CELL_BYTES: usize = 16;
const INLINE_BYTES: usize = 12;
const VALIDITY_BYTES = CHUNK_ROWS / 8;

// Where the chunk is: cells and validity column by column, then the texts that cells point to.
let columns: u32 = 0;
let cells: usize = 0;
let validity: usize = 0;
let texts: usize = 0;

export let rows: u32 = 0;
/** Where the next text goes. */
export let textTop: usize = 0;
/** Where the row's texts begin. */
let rowTexts: usize = 0;

/** Begins an empty chunk. */
export function begin(columnCount: u32, cellsAt: usize, validityAt: usize, textsAt: usize): void {
  columns = columnCount;
  cells = cellsAt;
  validity = validityAt;
  texts = textsAt;
  textTop = textsAt;
  rows = 0;
  memory.fill(validity, 0, usize(columns) * VALIDITY_BYTES);
}

export function beginRow(): void {
  rowTexts = textTop;
}

export function endRow(): void {
  rows++;
}

/** Takes back what the row has been given. */
export function dropRow(): void {
  textTop = rowTexts;
  for (let column: u32 = 0; column < columns; column++) {
    const byte = validityByte(column);
    store<u8>(byte, load<u8>(byte) & ~validityBit());
  }
}

export function isSet(column: u32): bool {
  return (load<u8>(validityByte(column)) & validityBit()) != 0;
}

/** A text of `length` bytes that is written at the top of the texts already: a `duckdb_string_t` with its place among the texts for a pointer. */
export function setText(column: u32, length: usize): void {
  const cell = textCell(column);
  store<u32>(cell, u32(length));
  if (length > INLINE_BYTES) {
    store<u32>(cell + 4, load<u32>(textTop));
    store<u64>(cell + 8, textTop - texts);
    textTop += length;
    return;
  }
  for (let at: usize = 0; at < length; at++) store<u8>(cell + 4 + at, load<u8>(textTop + at));
}

/** A text that stands elsewhere. */
export function copyText(column: u32, from: usize, length: usize): void {
  copy(textTop, from, length);
  setText(column, length);
}

export function setNumber<T>(column: u32, value: T): void {
  store<T>(cellOf(column, sizeof<T>()), value);
}

/** A decimal of 128 bits, of which `high` is only the sign. */
export function setDecimal(column: u32, low: u64, isNegative: bool): void {
  const cell = textCell(column);
  store<u64>(cell, low);
  store<i64>(cell + 8, isNegative ? -1 : 0);
}

function textCell(column: u32): usize {
  return cellOf(column, CELL_BYTES);
}

function cellOf(column: u32, bytes: usize): usize {
  const byte = validityByte(column);
  store<u8>(byte, load<u8>(byte) | validityBit());
  return cells + usize(column) * CHUNK_ROWS * CELL_BYTES + usize(rows) * bytes;
}

function validityByte(column: u32): usize {
  return validity + usize(column) * VALIDITY_BYTES + (rows >> 3);
}

function validityBit(): u8 {
  return 1 << u8(rows & 7);
}
