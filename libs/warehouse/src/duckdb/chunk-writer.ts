import { type DuckDBAppender, type DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import duckdb, { type Vector } from '@duckdb/node-bindings';
import { setImmediate } from 'node:timers/promises';
import type { Column } from '../changelog/column.js';
import {
  CHUNK_ROWS,
  HEAD_PLACES,
  INLINE_BYTES,
  type PackedChunk,
  type PackedVector,
  STRING_BYTES,
} from '../packing/packed-chunk.js';
import { chunkTypes, headTypes } from './vector-types.js';

/** For a column that the table did not have when the chunk was packed. */
const ALL_NULL = new ArrayBuffer(CHUNK_ROWS / 8);
const LOW = 2 ** 32;

/** What the rows of a batch have in common. */
export interface RowOrigin {
  readonly partition: number;
  readonly loadedAt: Date;
}

/** Appends packed chunks of one collection to its changelog table, inside the connection's transaction; lets other work run between them. */
export async function writeChunks(
  connection: DuckDBConnection,
  chunks: readonly PackedChunk[],
  columns: readonly Column[],
  origin: RowOrigin,
): Promise<void> {
  const [first] = chunks;
  if (!first) return;
  const appender = await connection.createAppender(`${first.collection}_changelog`, 'laurel', 'warehouse');
  try {
    const types = [...headTypes, ...columns.map(({ type }) => chunkTypes[type])];
    const chunk = DuckDBDataChunk.create(types);
    for (const packed of chunks) {
      appendChunk(appender, chunk, packed, types.length, origin);
      await setImmediate();
    }
  } finally {
    appender.closeSync();
  }
}

function appendChunk(
  appender: DuckDBAppender,
  chunk: DuckDBDataChunk,
  packed: PackedChunk,
  columnCount: number,
  { partition, loadedAt }: RowOrigin,
): void {
  const { rowCount, vectors, memory, textsAt, textsLength } = packed;
  chunk.reset();
  chunk.rowCount = rowCount;
  const vectorOf = (column: number) => duckdb.data_chunk_get_vector(chunk.chunk, column);
  const address = keepTexts(vectorOf(0), new Uint8Array(memory, textsAt, textsLength));
  for (let column = 0; column < columnCount; column++) {
    const vector = vectorOf(column);
    const cells = vectors[column];
    if (column === HEAD_PLACES.partition) fill(vector, new Int32Array(rowCount).fill(partition));
    else if (column === HEAD_PLACES.loadedAt)
      fill(vector, new BigInt64Array(rowCount).fill(BigInt(loadedAt.getTime()) * 1000n));
    else if (cells) copy(vector, cells, memory, address);
    else setValidity(vector, ALL_NULL, 0, ALL_NULL.byteLength);
  }
  appender.appendDataChunk(chunk);
}

/** Gives texts to a vector for keeping, all as one; gives their address. */
function keepTexts(vector: Vector, texts: Uint8Array): bigint {
  duckdb.vector_assign_string_element_len(vector, 0, texts);
  const string = duckdb.vector_get_data(vector, STRING_BYTES);
  return new DataView(string.buffer, string.byteOffset).getBigUint64(8, true);
}

function copy(vector: Vector, cells: PackedVector, memory: ArrayBuffer, textsAddress: bigint): void {
  const { isText, cellsAt, cellsLength, validityAt, validityLength } = cells;
  if (isText) pointInto(new Uint32Array(memory, cellsAt, cellsLength / 4), textsAddress);
  duckdb.copy_data_to_vector(vector, 0, memory, cellsAt, cellsLength);
  setValidity(vector, memory, validityAt, validityLength);
}

/** Turns places among the texts into addresses. */
function pointInto(strings: Uint32Array, textsAddress: bigint): void {
  const [low, high] = [Number(textsAddress % BigInt(LOW)), Number(textsAddress / BigInt(LOW))];
  for (let at = 0; at < strings.length; at += STRING_BYTES / 4) {
    if ((strings[at] ?? 0) <= INLINE_BYTES) continue;
    const address = low + (strings[at + 2] ?? 0);
    strings[at + 2] = address;
    strings[at + 3] = address < LOW ? high : high + 1;
  }
}

function fill(vector: Vector, { buffer, byteLength }: Int32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>): void {
  duckdb.copy_data_to_vector(vector, 0, buffer, 0, byteLength);
}

function setValidity(vector: Vector, memory: ArrayBuffer, at: number, length: number): void {
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, memory, at, length);
}
