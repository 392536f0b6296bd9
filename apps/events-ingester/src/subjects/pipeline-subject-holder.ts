import type {
  ConfirmErasure,
  DeadLetters,
  LogTransport,
  SubjectHolder,
  SubjectHolding,
  SubjectPlace,
  Topics,
} from '@laurel/change-log';
import type { Warehouse } from '@laurel/warehouse';
import type { LoadBarrier } from './load-barrier.js';
import { mentionsOf } from './mentions.js';
import { TopicSearch } from './topic-search.js';

/** What the pipeline holds of a customer: rows of the warehouse, messages of the log, dead letters. */
export class PipelineSubjectHolder implements SubjectHolder {
  readonly service = 'events-ingester';
  private readonly search: TopicSearch;

  constructor(
    private readonly warehouse: Warehouse,
    private readonly deadLetters: DeadLetters,
    transport: LogTransport,
    private readonly topics: Topics,
    private readonly barrier: Pick<LoadBarrier, 'passed'>,
  ) {
    this.search = new TopicSearch(transport, topics);
  }

  async find(customerId: string): Promise<SubjectHolding[]> {
    const tables = await this.warehouse.customerRows(customerId);
    return [
      ...tables.map(({ table, rows }) => ({ store: 'warehouse' as const, place: table, records: rows })),
      ...(await this.search.find(customerId)),
    ];
  }

  /**
   * Waits first for the batches that load may have sorted before it could know of the erasure: what they store is removed with the rest. The
   * topics of the shop's changes let go of messages by their retention alone.
   */
  async erase(customerId: string, confirm: ConfirmErasure, signal: AbortSignal): Promise<void> {
    await this.barrier.passed(signal);
    const mentions = mentionsOf(customerId);
    const letters = (await this.deadLetters.list()).filter(({ key, value }) => mentions(key) || mentions(value));
    await this.deadLetters.forget(letters.map(({ id }) => id));
    const tables = await this.warehouse.eraseCustomer(customerId);
    await confirm([
      { store: 'kafka', place: this.topics.deadLetters, records: letters.length },
      ...tables.map(({ table, rows }): SubjectPlace => ({ store: 'warehouse', place: table, records: rows })),
    ]);
  }
}
