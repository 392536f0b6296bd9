import { documentShape, type LoggedCollection } from '@laurel/shop';
import type { LoggedChange } from '../changelog-batch.js';
import type { Column, ColumnType } from '../changelog/column.js';
import { CUSTOMER_COLUMN } from '../changelog/customer-column.js';
import { growTo, type Kernel, loadKernel } from './kernel.js';
import { CHUNK_ROWS, HEAD_PLACES, type PackedChunk, STRING_BYTES } from './packed-chunk.js';
import { type CodedField, ShapeCode } from './shape-code.js';

const CELL_BYTES = 16;
const VALIDITY_BYTES = CHUNK_ROWS / 8;
const TEXT_BYTES = 3 * 1024 * 1024;
/** Larger changes are left to others. */
const MOST_CHANGE_BYTES = 256 * 1024;
/** The kernel reads and writes up to 16 bytes beyond what is there. */
const MARGIN = 32;

/** Columns as the kernel knows them: bytes of a cell, and whether texts are in it. */
interface Vector {
  readonly bytes: number;
  readonly isText?: true;
}
const TEXT: Vector = { bytes: STRING_BYTES, isText: true };
const HEAD: readonly Vector[] = [TEXT, TEXT, TEXT, TEXT, { bytes: 8 }, { bytes: 4 }, { bytes: 8 }, { bytes: 8 }];
const TYPES: readonly ColumnType[] = ['STRING', 'FLOAT64', 'NUMERIC', 'INT64', 'BOOL', 'TIMESTAMP', 'JSON'];
const VECTORS: Readonly<Record<ColumnType, Vector>> = {
  STRING: TEXT,
  FLOAT64: { bytes: 8 },
  NUMERIC: { bytes: CELL_BYTES },
  INT64: { bytes: 8 },
  BOOL: { bytes: 1 },
  TIMESTAMP: { bytes: 8 },
  JSON: TEXT,
};

/** The changes that were packed, and those that are not ordinary. */
export interface Packed<M> {
  readonly chunks: readonly PackedChunk[];
  readonly others: readonly M[];
}

/**
 * Reads changes of one collection from the bytes of their messages straight into the columns of its changelog table, as those columns are now.
 * What it packs is what the general way (decodeChange, then rows) would store; whatever is unusual about a change leaves it among the others:
 * deletes, fields without a column, values of another type than the column's, numbers beyond 15 digits, escapes of code units.
 */
export class ChunkPacker {
  private readonly kernel: Kernel;
  private readonly bytes: Buffer;
  private readonly vectors: readonly Vector[];
  private readonly customer: number | undefined;
  private readonly shape: number;
  private readonly types: number;
  private readonly input: number;
  private readonly scratch: number;
  private readonly cells: number;
  private readonly validity: number;
  private readonly texts: number;
  /** Memory of chunks that were appended. */
  private readonly free: ArrayBuffer[] = [];

  constructor(
    private readonly collection: LoggedCollection,
    private readonly columns: readonly Column[],
  ) {
    const { kernel, memory } = loadKernel();
    this.kernel = kernel;
    this.vectors = [...HEAD, ...columns.map(({ type }) => VECTORS[type])];
    this.customer = customerVector(collection, columns);
    let top = kernel.freeFrom();
    const reserve = (length: number): number => {
      const at = Math.ceil(top / CELL_BYTES) * CELL_BYTES;
      top = at + length;
      return at;
    };
    const code = new ShapeCode(reserve(0));
    this.shape = code.writeObject(codedFields(collection, columns), false);
    const codeAt = reserve(code.code.length);
    this.types = reserve(4 * this.vectors.length);
    this.input = reserve(MOST_CHANGE_BYTES + MARGIN);
    this.scratch = reserve(MOST_CHANGE_BYTES + MARGIN);
    this.cells = reserve(CELL_BYTES * CHUNK_ROWS * this.vectors.length);
    this.validity = reserve(VALIDITY_BYTES * this.vectors.length);
    this.texts = reserve(TEXT_BYTES);
    growTo(memory, top);
    this.bytes = Buffer.from(memory.buffer);
    this.bytes.set(code.code, codeAt);
    for (const [index, { type }] of columns.entries())
      this.bytes.writeUInt32LE(TYPES.indexOf(type), this.types + 4 * (HEAD.length + index));
  }

  /** Whether it packs for a table with so many columns beyond those that every changelog has. */
  isFor(columns: readonly Column[]): boolean {
    return columns.length === this.columns.length;
  }

  /** Those at the offsets `aside` are left among the others. */
  pack<M extends LoggedChange>(messages: readonly M[], aside: ReadonlySet<bigint>): Packed<M> {
    const chunks: PackedChunk[] = [];
    const others: M[] = [];
    this.begin();
    for (const message of messages) {
      if (aside.has(message.offset) || !this.add(message)) others.push(message);
      if (this.isFull) chunks.push(this.take());
    }
    if (this.kernel.rowCount() > 0) chunks.push(this.take());
    return { chunks, others };
  }

  private get isFull(): boolean {
    const { kernel } = this;
    return kernel.rowCount() === CHUNK_ROWS || kernel.textsEnd() > this.texts + TEXT_BYTES - MOST_CHANGE_BYTES - MARGIN;
  }

  private begin(): void {
    const { shape, types, scratch, cells, validity, texts } = this;
    this.kernel.beginChunk(shape, types, scratch, this.vectors.length, cells, validity, texts);
  }

  private add({ offset, record }: LoggedChange): boolean {
    const length = record.to - record.from;
    if (length > MOST_CHANGE_BYTES) return false;
    record.bytes.copy(this.bytes, this.input, record.from, record.to);
    return this.kernel.addRow(this.input, length, offset) !== 0;
  }

  private take(): PackedChunk {
    const { collection, customer, kernel } = this;
    const memory = this.free.pop() ?? new ArrayBuffer(this.texts + TEXT_BYTES - this.cells);
    const into = new Uint8Array(memory);
    /** Copies from the kernel's memory to the same place in the chunk's. */
    const copy = (from: number, length: number): number => {
      const at = from - this.cells;
      into.set(this.bytes.subarray(from, from + length), at);
      return at;
    };
    const rowCount = kernel.rowCount();
    const vectors = this.vectors.map(({ bytes, isText = false }, index) => ({
      isText,
      cellsAt: copy(this.cells + index * CHUNK_ROWS * CELL_BYTES, rowCount * bytes),
      cellsLength: rowCount * bytes,
      validityAt: copy(this.validity + index * VALIDITY_BYTES, VALIDITY_BYTES),
      validityLength: VALIDITY_BYTES,
    }));
    // One more than what is kept in a cell, so that there is an address.
    const textsLength = Math.max(kernel.textsEnd() - this.texts, CELL_BYTES);
    const textsAt = copy(this.texts, textsLength);
    this.begin();
    return {
      collection,
      rowCount,
      vectors,
      customer,
      memory,
      textsAt,
      textsLength,
      release: () => this.free.push(memory),
    };
  }
}

/** The fields of a collection's shape with their columns, and those that documents have had beyond them. */
function codedFields(collection: LoggedCollection, columns: readonly Column[]): CodedField[] {
  const shape = documentShape(collection);
  const known = shape.kind === 'object' ? shape.fields : [];
  const columnOf = new Map(columns.map(({ field }, index) => [field, HEAD.length + index]));
  const names = new Set(known.map(({ name }) => name));
  const added = columns.filter(({ field }) => !names.has(field));
  return [
    ...known.map(field => ({ ...field, ...columnPlace(columnOf.get(field.name)) })),
    ...added.map(({ field }) => ({
      name: field,
      isRequired: false,
      shape: { kind: 'any', isNullable: true } as const,
      ...columnPlace(columnOf.get(field)),
    })),
  ];
}

function columnPlace(column: number | undefined): { column: number } | object {
  return column === undefined ? {} : { column };
}

function customerVector(collection: LoggedCollection, columns: readonly Column[]): number | undefined {
  const name = CUSTOMER_COLUMN[collection];
  if (name === undefined) return undefined;
  if (name === '_key') return HEAD_PLACES.key;
  const place = columns.findIndex(({ column }) => column === name);
  return place < 0 ? undefined : HEAD.length + place;
}
