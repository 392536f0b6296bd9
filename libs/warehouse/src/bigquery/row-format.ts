import type { protos } from '@google-cloud/bigquery-storage';
import { Money } from '@laurel/shop';
import protobuf from 'protobufjs/minimal.js';
import type { Cell } from '../changelog/cell.js';
import type { Column, ColumnType } from '../changelog/column.js';
import type { RowSet } from '../changelog/row-set.js';
import { headColumns } from './changelog-schema.js';

/** Wire types of protocol buffers, and the numbers of its field types. */
const wire = { varint: 0, fixed64: 1, text: 2 } as const;
const fieldTypes = { double: 1, int64: 3, bool: 8, string: 9 } as const;

type FieldKind = keyof typeof fieldTypes;

const kinds: Readonly<Record<ColumnType, FieldKind>> = {
  STRING: 'string',
  FLOAT64: 'double',
  NUMERIC: 'string',
  INT64: 'int64',
  BOOL: 'bool',
  TIMESTAMP: 'int64',
  JSON: 'string',
};

/** What belongs to every row of a batch. `topic` is null for rows that do not move the position. */
export interface RowOrigin {
  readonly topic: string | null;
  readonly loadedAt: Date;
}

/** The columns of a changelog table as a protocol buffer message, and its rows in that form. */
export class RowFormat {
  readonly descriptor: protos.google.protobuf.IDescriptorProto;

  constructor(private readonly columns: readonly Column[]) {
    const fields = [
      ...headColumns.map(([name, type]) => ({ name, type })),
      ...columns.map(({ column: name, type }) => ({ name, type })),
    ];
    this.descriptor = {
      name: 'ChangelogRow',
      field: fields.map(({ name, type }, index) => ({
        name,
        number: index + 1,
        label: 1,
        type: fieldTypes[kinds[type]],
      })),
    };
  }

  /** One row of a set. */
  encode(set: RowSet, index: number, { topic, loadedAt }: RowOrigin): Uint8Array {
    const row = set.rows[index];
    if (!row) throw new RangeError(`row ${index} of ${set.rows.length}`);
    const writer = protobuf.Writer.create();
    const values = [
      row.eventId,
      row.seq,
      row.op,
      row.key,
      micros(row.sourceTs),
      topic,
      row.partition,
      row.offset,
      micros(loadedAt),
    ];
    for (const [place, value] of values.entries())
      write(writer, place + 1, kinds[headColumns[place]?.[1] ?? 'STRING'], value);
    for (const [place, column] of this.columns.entries()) {
      const cell = set.cell(column, index);
      const value = cell !== null && column.type === 'NUMERIC' ? Money.toString(BigInt(cell)) : cell;
      write(writer, headColumns.length + place + 1, kinds[column.type], value);
    }
    return writer.finish();
  }
}

function micros(time: Date): bigint {
  return BigInt(time.getTime()) * 1000n;
}

function write(writer: protobuf.Writer, field: number, kind: FieldKind, value: Cell): void {
  if (value === null) return;
  switch (kind) {
    case 'string':
      writer.uint32((field << 3) | wire.text).string(String(value).toWellFormed());
      break;
    case 'double':
      writer.uint32((field << 3) | wire.fixed64).double(Number(value));
      break;
    case 'bool':
      writer.uint32((field << 3) | wire.varint).bool(value === true);
      break;
    case 'int64':
      writer
        .uint32((field << 3) | wire.varint)
        .int64(Number.isSafeInteger(Number(value)) ? Number(value) : String(value));
      break;
  }
}
