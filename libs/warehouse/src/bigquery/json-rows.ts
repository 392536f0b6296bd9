import { Money } from '@laurel/shop';
import type { Cell } from '../changelog/cell.js';
import type { Column, ColumnType } from '../changelog/column.js';
import type { RowSet } from '../changelog/row-set.js';
import type { RowOrigin } from './row-format.js';

/** The rows of a set as lines of JSON, as a load job takes them. */
export function jsonRows(set: RowSet, columns: readonly Column[], { topic, loadedAt }: RowOrigin): string {
  const lines = set.rows.map((row, index) => {
    const cells = columns.flatMap(column => {
      const text = jsonCell(column.type, set.cell(column, index));
      return text === undefined ? [] : [`${JSON.stringify(column.column)}:${text}`];
    });
    const head = JSON.stringify({
      _event_id: row.eventId,
      _seq: row.seq,
      _op: row.op,
      _key: row.key,
      _source_ts: row.sourceTs,
      _kafka_topic: topic,
      _kafka_partition: row.partition,
      _kafka_offset: String(row.offset),
      _loaded_at: loadedAt,
    });
    return `${[head.slice(0, -1), ...cells].join(',')}}\n`;
  });
  return lines.join('');
}

/** Whole numbers and money go as text, so that no reader makes doubles of them. */
function jsonCell(type: ColumnType, cell: Cell): string | undefined {
  if (cell === null) return undefined;
  switch (type) {
    case 'JSON':
      return String(cell).toWellFormed();
    case 'NUMERIC':
      return JSON.stringify(Money.toString(BigInt(cell)));
    case 'INT64':
      return JSON.stringify(String(cell));
    case 'TIMESTAMP':
      return JSON.stringify(new Date(Number(BigInt(cell) / 1000n)));
    default:
      return JSON.stringify(typeof cell === 'string' ? cell.toWellFormed() : cell);
  }
}
