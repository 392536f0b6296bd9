import type { ClientSession } from 'mongodb';
import type { Logger } from 'pino';
import type { Topics } from '../topics.js';
import type { Consumption, LogTransport } from '../transport/log-transport.js';
import {
  readSubjectMessage,
  type SubjectHolding,
  type SubjectPlace,
  type SubjectRequest,
  type SubjectService,
} from './subject-request.js';
import type { SubjectRequests } from './subject-requests.js';

/** What a service holds of customers, and how it lets go of it. */
export interface SubjectHolder {
  service: SubjectService;
  /** All that is held of a customer, place by place; places without any may be left out. */
  find(customerId: string): Promise<SubjectHolding[]>;
  /**
   * Removes all that is held of a customer, and calls `confirm` once with what was removed: within the transaction that removes it where
   * that is one. May be called again for the same customer. Who has to wait for something gives up when `signal` is aborted: the service stops.
   */
  erase(customerId: string, confirm: ConfirmErasure, signal: AbortSignal): Promise<void>;
}

/** Tells that records were removed, in the transaction of `session` where there is one. */
export type ConfirmErasure = (removed: readonly SubjectPlace[], session?: ClientSession) => Promise<void>;

/** What a {@link SubjectListener} works with. */
export interface SubjectListenerOptions {
  transport: LogTransport;
  topics: Topics;
  requests: SubjectRequests;
  holder: SubjectHolder;
  logger: Logger;
}

/** Answers the requests about customers for one service; of its replicas one does. */
export class SubjectListener {
  private consumption: Consumption | undefined;
  private failure: string | undefined;
  private stopping = new AbortController();

  constructor(private readonly options: SubjectListenerOptions) {}

  async start(): Promise<void> {
    const { transport, topics, holder, logger } = this.options;
    this.stopping = new AbortController();
    this.consumption = await transport.consume({
      group: topics.group(`subjects.${holder.service}`),
      topics: [topics.subjects],
      // The topic holds what is open, and what is answered is passed over: it can be read from its beginning each time.
      positionOf: () => Promise.resolve(undefined),
      onBatch: async ({ messages }) => {
        for (const message of messages) {
          const id = readSubjectMessage(message);
          const request = id === undefined ? undefined : await this.options.requests.isOpen(id, holder.service);
          if (request) await this.answer(request);
        }
      },
      onHalt: error => {
        this.failure = error.message;
        logger.error({ err: error }, 'requests about customers are no longer read');
      },
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.consumption?.stop();
    this.consumption = undefined;
  }

  /** Why requests are not being answered, or undefined. */
  readiness(): string | undefined {
    return this.failure;
  }

  private async answer(request: SubjectRequest): Promise<void> {
    const { requests, holder, logger } = this.options;
    const { _id, kind, customerId } = request;
    if (customerId === null) return;
    try {
      if (kind === 'erasure') {
        const confirm: ConfirmErasure = (removed, session) => requests.answer(_id, holder.service, removed, session);
        await holder.erase(customerId, confirm, this.stopping.signal);
      } else {
        const holdings = await holder.find(customerId);
        if (kind === 'access') await requests.addFindings(request, holder.service, holdings);
        await requests.answer(
          _id,
          holder.service,
          holdings.map(({ records, ...place }) => ({ ...place, records: records.length })),
        );
      }
      this.failure = undefined;
      logger.info({ request: _id, kind }, 'request about a customer answered');
    } catch (err) {
      if (this.stopping.signal.aborted) throw err;
      this.failure = `a request about a customer cannot be answered: ${err instanceof Error ? err.message : String(err)}`;
      logger.error({ err, request: _id, kind }, 'request about a customer failed; trying again');
      throw err;
    }
  }
}
