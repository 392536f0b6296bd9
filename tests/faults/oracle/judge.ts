import { createHash } from 'node:crypto';
import type { FaultFigures } from '../fault-scenario.js';
import type { FaultShop } from '../shop/fault-shop.js';
import { stateOf } from '../shop/shop-documents.js';
import { WRITTEN_COLLECTIONS, type WrittenCollection } from '../shop/write.js';
import { compareChanges } from './compare-changes.js';
import type { CheckpointWatch } from './checkpoint-watch.js';
import { readChangelogs, type StoredRow } from './read-warehouse.js';

/** What a scenario has to tell beside what the warehouse and the source show. */
export interface Observed {
  injected: number;
  recoveryMs: number;
  wrong?: readonly string[];
  checkpoints?: CheckpointWatch;
  /** Where the warehouse is, if not where the shop's settings say. */
  environment?: Readonly<Record<string, string>>;
}

/** Holds the warehouse against the writer's log and against the source. The pipeline has to have settled; a DuckDB file has to be closed. */
export async function judge(shop: FaultShop, observed: Observed): Promise<FaultFigures> {
  const rows = await readChangelogs(observed.environment ?? shop.environment);
  const figures: FaultFigures = {
    injected: observed.injected,
    written: shop.writer.written,
    lost: 0,
    doubled: 0,
    outOfOrder: 0,
    unwritten: 0,
    recoveryMs: observed.recoveryMs,
    wrong: [...(observed.wrong ?? [])],
  };
  for (const collection of WRITTEN_COLLECTIONS) {
    const writes = shop.writer.log.filter(write => write.collection === collection);
    const found = compareChanges(writes, rows[collection]);
    for (const kind of ['lost', 'doubled', 'outOfOrder', 'unwritten'] as const) figures[kind] += found[kind];
    figures.wrong.push(...found.examples);
    const [source, warehouse] = [await sourceState(shop, collection), stateOfRows(rows[collection])];
    if (hashOf(source) !== hashOf(warehouse))
      figures.wrong.push(`${collection}: the current state is not the source's: ${firstDifference(source, warehouse)}`);
  }
  const ahead = observed.checkpoints?.ahead(rows) ?? 0;
  if (ahead > 0) figures.wrong.push(`a checkpoint was ahead of the log by ${ahead} changes`);
  return figures;
}

async function sourceState(shop: FaultShop, collection: WrittenCollection): Promise<string[]> {
  const documents = await shop.db.collection<{ _id: string }>(collection).find().toArray();
  const lines: string[] = [];
  for (const { _id, rev, customerId, status, items, name, category, price } of documents as Record<string, unknown>[]) {
    const state =
      collection === 'orders'
        ? stateOf.orders({ rev, customerId, status, items })
        : stateOf.products({ rev, name, category, price });
    lines.push(`${String(_id)} ${state}`);
  }
  return lines.sort();
}

/** The newest row of each key, deletes gone. */
function stateOfRows(rows: readonly StoredRow[]): string[] {
  const newest = new Map<string, StoredRow>();
  for (const row of rows) {
    const known = newest.get(row.key);
    if (!known || row.seq > known.seq) newest.set(row.key, row);
  }
  return [...newest.values()]
    .filter(({ op }) => op !== 'd')
    .map(({ key, state }) => `${key} ${state}`)
    .sort();
}

function hashOf(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

function firstDifference(source: readonly string[], warehouse: readonly string[]): string {
  const at = source.findIndex((line, index) => line !== warehouse[index]);
  return `${source[at] ?? 'nothing'} there, ${warehouse[at < 0 ? source.length : at] ?? 'nothing'} here`;
}
