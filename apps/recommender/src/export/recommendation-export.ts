import { setImmediate } from 'node:timers/promises';
import { stableHash } from '@laurel/learning';
import { Column } from '../columns/column.js';
import { PlacedModels } from '../models/placed-models.js';
import type { ServedVersion } from '../models/served-version.js';
import type { Serving } from '../models/serving-models.js';
import type { ShopState } from '../read-model/shop-state.js';
import type { RankingRules } from '../rules/ranking-rules.js';
import { BatchRecommender } from './batch-recommender.js';
import { exportLine } from './export-line.js';
import { type ExportRequest, filterOf } from './export-request.js';

/** How long an export holds this thread, which answers requests, at a time. */
const WORK_MS = 4;

/** What exports are made from. */
export interface ExportSource {
  state(): ShopState;
  serving(): Serving | undefined;
  rules: RankingRules;
  /** Threads that find what models say, while one is under way. */
  threads: number;
}

/** What an export would be made from now. */
export interface ExportOutlook {
  customers: number;
  /** Rises with every change of the models that serve; 0 before any does. */
  revision: number;
  models: ServedVersion[];
}

/** A part of all customers' lists. */
export interface ExportPart {
  customers: number;
  revision: number;
  /** NDJSON, some lines at a time. Fails with {@link ExportRefusedError} where the read model is loaded anew meanwhile. */
  chunks: AsyncGenerator<string, void, undefined>;
}

/** An export cannot begin, or not go on; the message says what to do. */
export class ExportRefusedError extends Error {
  override readonly name = 'ExportRefusedError';
}

/**
 * The lists of all customers, part by part: a customer is in a part by the hash of their id, and parts are in the order of ids, so that a
 * part that was cut can be asked for again, from any replica. One part at a time; nothing of it is kept.
 */
export class RecommendationExport {
  private hashes: { state: ShopState; of: Column<Uint32Array>; known: number } | undefined;
  private busy = false;

  constructor(private readonly source: ExportSource) {}

  outlook(): ExportOutlook {
    const state = this.source.state();
    const serving = this.source.serving();
    let customers = 0;
    for (let customer = 0; customer < state.customers.size; customer++) if (state.profiles.has(customer)) customers++;
    return {
      customers,
      revision: serving?.state.revision ?? 0,
      models: Array.from(serving?.models.values() ?? [], ({ version }) => version),
    };
  }

  /** @throws ExportRefusedError while another part is being made, and where other models serve than the request names. */
  async begin(request: ExportRequest): Promise<ExportPart> {
    const serving = this.source.serving();
    const revision = serving?.state.revision ?? 0;
    if (request.revision !== undefined && request.revision !== revision)
      throw new ExportRefusedError(
        `The models of revision ${request.revision} do not serve any more; those of ${revision} do. Start the export anew.`,
      );
    if (this.busy) throw new ExportRefusedError('An export is under way. Wait for it to end.');
    this.busy = true;
    try {
      const state = this.source.state();
      const customerIds = await this.customersOf(state, request);
      const chunks = this.chunks(request, customerIds, state, serving);
      await chunks.next();
      return { customers: customerIds.length, revision, chunks };
    } catch (error) {
      this.busy = false;
      throw error;
    }
  }

  /** Its first chunk is empty: once that is taken, however it ends, what it holds is given back. */
  private async *chunks(
    request: ExportRequest,
    customerIds: readonly string[],
    state: ShopState,
    serving: Serving | undefined,
  ): AsyncGenerator<string, void, undefined> {
    const { rules, threads } = this.source;
    const models = new PlacedModels(state.catalogue, serving);
    const recommender = new BatchRecommender({ state, models, rules }, threads);
    try {
      yield '';
      let lines: string[] = [];
      let sliceMs = performance.now();
      for await (const made of recommender.answers(customerIds, request.first, filterOf(request))) {
        if (state.profiles.has(state.customers.find(made.customerId))) lines.push(exportLine(made));
        if (performance.now() - sliceMs < WORK_MS) continue;
        yield lines.join('');
        lines = [];
        await setImmediate();
        if (this.source.state() !== state) throw new ExportRefusedError('The read model was loaded anew. Ask again.');
        sliceMs = performance.now();
      }
      yield lines.join('');
    } finally {
      await recommender.close();
      this.busy = false;
    }
  }

  /** The customers of a part who are known now, by id. */
  private async customersOf(state: ShopState, { shard, shards }: ExportRequest): Promise<string[]> {
    if (this.hashes?.state !== state) this.hashes = { state, of: Column.uint32(), known: 0 };
    const { hashes } = this;
    const ids: string[] = [];
    let sliceMs = performance.now();
    for (let customer = 0; customer < state.customers.size; customer++) {
      if (customer === hashes.known) hashes.of.set(hashes.known++, stableHash(state.customers.id(customer)));
      if (hashes.of.get(customer) % shards === shard && state.profiles.has(customer))
        ids.push(state.customers.id(customer));
      if (customer % 1024 === 0 && performance.now() - sliceMs >= WORK_MS) {
        await setImmediate();
        sliceMs = performance.now();
      }
    }
    return ids.sort((a, b) => (a < b ? -1 : 1));
  }
}
