import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Binary, type ClientSession, type Collection, type Db, type MongoClient } from 'mongodb';
import type { Logger } from 'pino';
import { Outbox, type OutboxEntry } from '../projection/outbox.js';
import type { LogTransport } from '../transport/log-transport.js';
import { customerDigest } from './customer-digest.js';
import { ErasedCustomers } from './erased-customers.js';
import { seal } from './sealed-box.js';
import {
  subjectMessage,
  type SubjectHolding,
  type SubjectPlace,
  type SubjectRequest,
  type SubjectRequestKind,
  type SubjectService,
  unanswered,
} from './subject-request.js';

interface SealedFinding {
  request: string;
  service: SubjectService;
  sealed: Binary;
  expireAt: Date;
}

const POLL_MS = 50;
const RECORDS_PER_FINDING = 500;
/** How long a question (not an erasure, which waits for ever) may stay open. */
const QUESTION_MS = 3_600_000;

/**
 * Requests about one customer that every service has to answer: to erase, to say what is held, to hand it out. A request is kept in
 * MongoDB and told on a topic; each service does its part and puts its answer beside it.
 */
export class SubjectRequests {
  readonly erased: ErasedCustomers;
  private readonly requests: Collection<SubjectRequest>;
  private readonly findings: Collection<SealedFinding>;
  private readonly outbox: Outbox;

  constructor(private readonly options: { db: Db; mongo: MongoClient; logger: Logger; instanceId: string }) {
    const { db, logger, instanceId } = options;
    this.erased = new ErasedCustomers(db);
    this.requests = db.collection<SubjectRequest>('subject_requests');
    this.findings = db.collection<SealedFinding>('subject_findings');
    this.outbox = new Outbox({ name: 'subject_requests', db, logger, instanceId });
  }

  /** Begins to tell requests on the topic. For the service that takes requests; those that answer need not. */
  async start(transport: LogTransport, topic: string): Promise<void> {
    await this.erased.prepare();
    await this.requests.createIndexes([{ key: { customerDigest: 1, requestedAt: -1 } }]);
    await this.findings.createIndexes([{ key: { request: 1 } }, { key: { expireAt: 1 }, expireAfterSeconds: 0 }]);
    await this.outbox.start(entries => transport.send(topic, 0, entries.map(messageOf)));
    await this.closeOverdue();
  }

  async stop(): Promise<void> {
    await this.outbox.stop();
  }

  /** Asks every service. From the moment this resolves, what an erased customer did before is kept from coming back. */
  async ask(kind: SubjectRequestKind, customerId: string, publicKey?: string): Promise<SubjectRequest> {
    const request: SubjectRequest = {
      _id: randomUUID(),
      kind,
      customerId,
      customerDigest: customerDigest(customerId),
      requestedAt: new Date(),
      closedAt: null,
      answers: {},
      ...(publicKey !== undefined && { publicKey }),
    };
    await this.transaction(async session => {
      await this.requests.insertOne(request, { session });
      if (kind === 'erasure') await this.erased.add(customerId, request.requestedAt, session);
      await this.outbox.add(session, [{ key: request._id, payload: subjectMessage(request._id) }]);
    });
    this.outbox.notify();
    return request;
  }

  /** The request as it is now. */
  async find(id: string): Promise<SubjectRequest | undefined> {
    return (await this.requests.findOne({ _id: id })) ?? undefined;
  }

  /** The newest erasure of a customer, however long ago. */
  async erasureOf(customerId: string): Promise<SubjectRequest | undefined> {
    const filter = { customerDigest: customerDigest(customerId), kind: 'erasure' as const };
    return (await this.requests.findOne(filter, { sort: { requestedAt: -1 } })) ?? undefined;
  }

  /** How many erasures a service has done its part of, ever. */
  async erasuresBy(service: SubjectService): Promise<number> {
    return this.requests.countDocuments({ kind: 'erasure', [`answers.${service}`]: { $exists: true } });
  }

  /** Waits until every service has answered, or for `withinMs`; gives the request as it is then. */
  async answered(request: SubjectRequest, withinMs: number): Promise<SubjectRequest> {
    const deadlineMs = performance.now() + withinMs;
    for (;;) {
      const now = (await this.find(request._id)) ?? request;
      if (unanswered(now).length === 0 || performance.now() >= deadlineMs) return now;
      await sleep(POLL_MS);
    }
  }

  /** Ends a question, whether or not all have answered; what was found is forgotten with it. An erasure ends by itself, when it is done. */
  async close({ _id }: SubjectRequest): Promise<void> {
    await this.transaction(session => this.closeWithin(_id, session));
    await this.findings.deleteMany({ request: _id });
    this.outbox.notify();
  }

  /** Whether a service still has to answer a request. */
  async isOpen(id: string, service: SubjectService): Promise<SubjectRequest | undefined> {
    return (
      (await this.requests.findOne({ _id: id, closedAt: null, [`answers.${service}`]: { $exists: false } })) ??
      undefined
    );
  }

  /** Puts a service's answer beside the request, in the transaction of `session` where there is one. The last answer closes an erasure. */
  async answer(
    id: string,
    service: SubjectService,
    places: readonly SubjectPlace[],
    session?: ClientSession,
  ): Promise<void> {
    if (!session) return this.transaction(own => this.answer(id, service, places, own));
    const field = `answers.${service}`;
    const after = await this.requests.findOneAndUpdate(
      { _id: id, [field]: { $exists: false } },
      { $set: { [field]: { at: new Date(), places: [...places] } } },
      { session, returnDocument: 'after' },
    );
    if (after?.kind === 'erasure' && unanswered(after).length === 0) await this.closeWithin(id, session);
  }

  /** Puts what a service found beside the request, sealed, so that only who asked can read it. */
  async addFindings(
    { _id, publicKey = '' }: SubjectRequest,
    service: SubjectService,
    holdings: readonly SubjectHolding[],
  ): Promise<void> {
    const expireAt = new Date(Date.now() + QUESTION_MS);
    for (const { records, ...place } of holdings) {
      for (let from = 0; from < records.length; from += RECORDS_PER_FINDING) {
        const part = { ...place, records: records.slice(from, from + RECORDS_PER_FINDING) };
        const sealed = new Binary(seal(publicKey, Buffer.from(JSON.stringify(part))));
        await this.findings.insertOne({ request: _id, service, sealed, expireAt });
      }
    }
  }

  /** What services found, as they sealed it. */
  async *sealedFindings({ _id }: SubjectRequest): AsyncGenerator<{ service: SubjectService; sealed: Uint8Array }> {
    for await (const { service, sealed } of this.findings.find({ request: _id }, { sort: { _id: 1 } }))
      yield { service, sealed: sealed.value() };
  }

  private async closeWithin(id: string, session: ClientSession): Promise<void> {
    const closed = await this.requests.updateOne(
      { _id: id, closedAt: null },
      { $set: { closedAt: new Date(), customerId: null } },
      { session },
    );
    if (closed.modifiedCount > 0) await this.outbox.add(session, [{ key: id, payload: null }]);
  }

  /** Questions whose asker died. */
  private async closeOverdue(): Promise<void> {
    const since = new Date(Date.now() - QUESTION_MS);
    const overdue = this.requests.find({ kind: { $ne: 'erasure' }, closedAt: null, requestedAt: { $lt: since } });
    for await (const request of overdue) await this.close(request);
  }

  private async transaction(work: (session: ClientSession) => Promise<void>): Promise<void> {
    await this.options.mongo.withSession(session => session.withTransaction(() => work(session)));
  }
}

function messageOf({ key, payload }: OutboxEntry): { key: string; value: string | null } {
  return { key, value: typeof payload === 'string' ? payload : null };
}
