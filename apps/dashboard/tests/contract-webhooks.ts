import { z } from 'zod';

const replaySchema = z.object({ since: z.iso.datetime() });

/** Webhooks as the clustering-service answers for them, in the contract's shapes. */
export class ContractWebhooks {
  /** What an endpoint was sent, the newest first. */
  private readonly deliveries: object[] = [
    {
      ...{ webhook_id: 'evt_1', type: 'tier.upgraded', at: '2026-03-02T09:15:00Z', outcome: 'failed' },
      ...{ http_status: 503, error: 'The endpoint answered 503', latency_ms: 41 },
    },
  ];
  /** From when messages were to come again. */
  readonly replays: string[] = [];

  /** Undefined for what is no address of these. */
  answer(path: string, body: string): unknown {
    if (path === '/v1/webhooks') return { webhooks: [this.endpoint] };
    if (path === '/v1/webhooks/w1:test') return this.test();
    if (path === '/v1/webhooks/w1:replay') {
      this.replays.push(replaySchema.parse(JSON.parse(body)).since);
      return { messages: 12 };
    }
    return path === '/v1/webhooks/w1/deliveries' ? { deliveries: this.deliveries, waiting: 1 } : undefined;
  }

  private get endpoint() {
    return {
      ...{ id: 'w1', url: 'https://crm.example.com/hooks/laurel', description: 'The CRM', types: ['tier.upgraded'] },
      ...{ tiers: ['PLATINUM'], consent: null, status: 'enabled', disabled_reason: null },
      ...{ created_at: '2026-02-14T10:00:00Z', failing_since: '2026-03-02T09:15:00Z' },
    };
  }

  private test() {
    const outcome = { http_status: 204, error: null, latency_ms: 12 };
    this.deliveries.unshift({
      ...{ webhook_id: 'msg_1', type: 'webhook.test', at: '2026-03-02T09:16:00Z', outcome: 'delivered' },
      ...outcome,
    });
    return { delivered: true, ...outcome };
  }
}
