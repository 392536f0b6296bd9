import { LeaseHolder } from '@laurel/change-log';
import { Leases, Readiness, SecretBox, SERVICE_CONTEXT, type ServiceContext, WakeableRest } from '@laurel/service';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';
import { ConsentHistory } from '../audiences/contact/consent-history.js';
import { fanOut } from './fan-out.js';
import { nextAttemptAt } from './retry-schedule.js';
import { webhookSignature } from './signature.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';
import type { WebhookType } from './webhook-event.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { type SendResult, WebhookSender } from './webhook-sender.js';
import {
  type WebhookAttempt,
  type WebhookMessage,
  type WebhookQueue,
  WEBHOOK_RETENTION_MS,
  WebhookStore,
} from './webhook-store.js';

const LEASE_MS = 10_000;
const POLL_MS = 200;
const RETRY_MS = 1000;
const QUEUES_AT_ONCE = 500;
const MOST_IN_FLIGHT = 64;
const GONE = 410;
const NOT_SENT = { status: null, retryAfterMs: 0, latencyMs: 0 } as const;
/** Told whatever the customer's consent is: who must be taken off a list. */
const NEEDS_NO_CONSENT: WebhookType = 'segment.exited';

/**
 * Tells endpoints what happened: fans events out into queues, one for each endpoint and customer, and delivers each queue in its order. A
 * message is taken out of its queue once the endpoint has it, so a crash loses none; one that was under way then comes again, with the same
 * `webhook-id`. One process at a time does this.
 */
@Injectable()
export class WebhookDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly store: WebhookStore;
  readonly sender: WebhookSender;
  readonly secrets: WebhookSecrets;
  private readonly consents: ConsentHistory;
  private readonly lease: LeaseHolder;
  private readonly outcomes: Counter;
  private readonly inFlight = new Map<string, Promise<void>>();
  private loop: Promise<void> = Promise.resolve();
  private readonly rest = new WakeableRest();
  /** Whether there may be events that are in no queue yet, as far as this process knows. */
  private recorded = true;
  private fannedOutAtMs = 0;
  private stopped = false;
  private failure: string | undefined;

  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    box: SecretBox,
    readiness: Readiness,
    registry: Registry,
  ) {
    const { laurelDb, settings, instanceId, logger } = context;
    this.store = new WebhookStore(laurelDb);
    this.consents = new ConsentHistory(laurelDb);
    this.sender = new WebhookSender(settings.webhookPrivateHosts);
    this.secrets = new WebhookSecrets(box);
    this.lease = new LeaseHolder({
      leases: new Leases(laurelDb, instanceId, LEASE_MS),
      name: 'webhooks',
      logger,
      renewEveryMs: LEASE_MS / 4,
    });
    this.outcomes = new Counter({
      name: 'laurel_webhook_attempts_total',
      help: 'Attempts to deliver a webhook, by how they ended',
      labelNames: ['outcome'],
      registers: [registry],
    });
    readiness.add('webhooks', () => this.failure);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.store.prepare();
    await this.lease.start();
    this.loop = this.run();
  }

  /** Ends after the deliveries under way. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.notify();
    await this.loop;
    await Promise.all(this.inFlight.values());
    this.sender.close();
    await this.lease.stop();
  }

  /** Says that something was recorded, so that it is told at once. */
  notify(): void {
    this.recorded = true;
    this.rest.wakeUp();
  }

  /** Sends one message now, whatever waits, and logs it. */
  async sendNow(endpoint: WebhookEndpoint, message: WebhookMessage): Promise<SendResult> {
    const result = await this.attempt(endpoint, message);
    await this.log([attemptOf(endpoint._id, message, result, result.error === null ? 'delivered' : 'failed')]);
    return result;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.rest.beginRound();
      let busy = false;
      try {
        if (this.lease.held()) {
          await this.fanOutNews();
          const begun = await this.begin();
          busy = this.recorded || begun > 0;
        }
        this.failure = undefined;
      } catch (err) {
        this.failure = `webhooks cannot be told: ${err instanceof Error ? err.message : String(err)}`;
        this.context.logger.error({ err }, 'webhooks cannot be told; trying again');
      }
      if (this.failure !== undefined) await this.rest.rest(RETRY_MS);
      else if (this.inFlight.size >= MOST_IN_FLIGHT) await Promise.race(this.inFlight.values());
      else if (!busy) await this.rest.rest(POLL_MS);
    }
  }

  /** Looks for events where some were told of, or others may have recorded some: not again for each message that was sent. */
  private async fanOutNews(): Promise<void> {
    if (!this.recorded && performance.now() - this.fannedOutAtMs < POLL_MS) return;
    this.recorded = false;
    this.fannedOutAtMs = performance.now();
    try {
      if (await fanOut(this.store, this.context.mongo)) this.recorded = true;
    } catch (error) {
      this.recorded = true;
      throw error;
    }
  }

  /** Begins to deliver queues that are due, as many as may be under way; gives how many it began. */
  private async begin(): Promise<number> {
    const room = MOST_IN_FLIGHT - this.inFlight.size;
    if (room <= 0) return 0;
    const due = await this.store.queues
      .find(
        { nextAttemptAt: { $lte: new Date() }, _id: { $nin: [...this.inFlight.keys()] } },
        { sort: { nextAttemptAt: 1 }, limit: Math.min(room, QUEUES_AT_ONCE) },
      )
      .toArray();
    const ids = [...new Set(due.map(({ endpoint }) => endpoint))];
    const found = await this.store.endpoints.find({ _id: { $in: ids }, status: 'enabled' }).toArray();
    const endpoints = new Map(found.map(endpoint => [endpoint._id, endpoint]));
    for (const queue of due) {
      const endpoint = endpoints.get(queue.endpoint);
      const work = (endpoint ? this.deliver(queue, endpoint) : this.drop(queue))
        .catch((err: unknown) => this.context.logger.error({ err }, 'a webhook queue could not be worked on'))
        .finally(() => {
          this.inFlight.delete(queue._id);
          this.rest.wakeUp();
        });
      this.inFlight.set(queue._id, work);
    }
    return due.length;
  }

  /** Delivers a queue's messages one after another, until one fails; those that the endpoint may not have for want of consent are left out. */
  private async deliver(queue: WebhookQueue, endpoint: WebhookEndpoint): Promise<void> {
    if (queue.messages.length === 0) return this.drop(queue);
    const problem = endpoint.consent && (await this.consents.problem(queue.customerId, endpoint.consent));
    const done: WebhookMessage[] = [];
    const log: WebhookAttempt[] = [];
    let failed: { message: WebhookMessage; result: SendResult } | undefined;
    for (const message of queue.messages) {
      if (!this.lease.held() || this.stopped) break;
      if (problem && message.type !== NEEDS_NO_CONSENT) {
        done.push(message);
        log.push(attemptOf(endpoint._id, message, { ...NOT_SENT, error: problem }, 'withheld'));
        continue;
      }
      const result = await this.attempt(endpoint, message);
      if (result.error !== null) {
        failed = { message, result };
        break;
      }
      done.push(message);
      log.push(attemptOf(endpoint._id, message, result, 'delivered'));
    }
    if (done.length > 0) {
      await this.take(queue, done);
      if (endpoint.failingSince && log.some(({ outcome }) => outcome === 'delivered'))
        await this.store.endpoints.updateOne({ _id: endpoint._id }, { $set: { failingSince: null } });
    }
    if (failed) {
      const attempts = done.length > 0 ? 1 : queue.attempts + 1;
      log.push(await this.afterFailure(queue, endpoint, failed.message, failed.result, attempts));
    }
    await this.log(log);
  }

  private async afterFailure(
    queue: WebhookQueue,
    endpoint: WebhookEndpoint,
    message: WebhookMessage,
    result: SendResult,
    attempts: number,
  ): Promise<WebhookAttempt> {
    const { store } = this;
    const now = new Date();
    await store.endpoints.updateOne({ _id: endpoint._id, failingSince: null }, { $set: { failingSince: now } });
    const next = nextAttemptAt(attempts, now, result.retryAfterMs);
    if (result.status === GONE) await store.disable(endpoint._id, 'The endpoint answered 410 Gone');
    else if (next) await store.queues.updateOne({ _id: queue._id }, { $set: { attempts, nextAttemptAt: next } });
    else {
      await this.take(queue, [message]);
      const since = (await store.endpoints.findOne({ _id: endpoint._id }))?.failingSince;
      if (since)
        await store.disable(endpoint._id, `Nothing was delivered since ${since.toISOString()}: ${result.error ?? ''}`);
    }
    return attemptOf(endpoint._id, message, result, next && result.status !== GONE ? 'failed' : 'given_up');
  }

  /** Takes messages out of their queue, and the queue away when nothing is left in it. */
  private async take({ _id, messages }: WebhookQueue, done: readonly WebhookMessage[]): Promise<void> {
    const { queues } = this.store;
    if (done.length === messages.length) {
      const gone = await queues.deleteOne({ _id, messages: { $size: messages.length } });
      if (gone.deletedCount > 0) return;
    }
    await queues.updateOne(
      { _id },
      {
        $pull: { messages: { _id: { $in: done.map(message => message._id) } } },
        $set: { attempts: 0, nextAttemptAt: new Date() },
      },
    );
  }

  private async drop({ _id, messages }: WebhookQueue): Promise<void> {
    await this.store.queues.deleteOne({ _id, messages: { $size: messages.length } });
  }

  private attempt(endpoint: WebhookEndpoint, { _id, body }: WebhookMessage): Promise<SendResult> {
    const now = new Date();
    const seconds = Math.floor(now.getTime() / 1000);
    return this.sender.post(
      endpoint.url,
      {
        'content-type': 'application/json',
        'user-agent': 'Laurel',
        'webhook-id': _id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': webhookSignature(this.secrets.valid(endpoint, now), _id, seconds, body),
      },
      body,
    );
  }

  private async log(attempts: readonly WebhookAttempt[]): Promise<void> {
    if (attempts.length === 0) return;
    for (const { outcome } of attempts) this.outcomes.inc({ outcome });
    await this.store.attempts.insertMany([...attempts], { ordered: false });
  }
}

function attemptOf(
  endpoint: string,
  { _id, type }: WebhookMessage,
  { status, error, latencyMs }: SendResult,
  outcome: WebhookAttempt['outcome'],
): WebhookAttempt {
  const at = new Date();
  return {
    endpoint,
    message: _id,
    type,
    at,
    outcome,
    httpStatus: status,
    error,
    latencyMs: Math.round(latencyMs),
    expireAt: new Date(at.getTime() + WEBHOOK_RETENTION_MS),
  };
}
