import { SeriesHistogram } from '@laurel/service';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ToldFeedback } from '../feedback/told-feedback.js';
import type { Serving } from '../models/serving-models.js';
import type { ShopState } from '../read-model/shop-state.js';

/** What the recommender tells Prometheus. */
export class RecommenderMetrics {
  private readonly seconds: SeriesHistogram<'query'>;
  private readonly failures: Counter<'query'>;
  private readonly skipped: Counter<'topic'>;
  private readonly feedback: Counter<'kind' | 'model'>;

  constructor(
    registry: Registry,
    now: { state: () => ShopState; serving: () => Serving | undefined; lag: () => number },
  ) {
    const registers = [registry];
    this.seconds = new SeriesHistogram({
      name: 'laurel_recommender_query_duration_seconds',
      help: 'Time to answer a GraphQL query, by root field',
      labelNames: ['query'],
      buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25],
      registers,
    });
    this.failures = new Counter({
      name: 'laurel_recommender_query_failures_total',
      help: 'GraphQL queries answered with errors',
      labelNames: ['query'],
      registers,
    });
    this.skipped = new Counter({
      name: 'laurel_recommender_skipped_messages_total',
      help: 'Messages of the log that could not be read and were passed over',
      labelNames: ['topic'],
      registers,
    });
    this.feedback = new Counter({
      name: 'laurel_recommender_feedback_events_total',
      help: 'Feedback taken, by what was done and what made the answer; what was sent twice counts twice here',
      labelNames: ['kind', 'model'],
      registers,
    });
    gauge(
      registry,
      'laurel_recommender_products',
      'Products the shop lists',
      () => now.state().catalogue.counts.products,
    );
    gauge(
      registry,
      'laurel_recommender_available_products',
      'Products that can be sold now',
      () => now.state().catalogue.counts.available,
    );
    gauge(registry, 'laurel_recommender_customers', 'Customers with any history', () => now.state().customers.size);
    gauge(registry, 'laurel_recommender_order_lines', 'Order lines that count', () => now.state().orders.lineCount);
    gauge(registry, 'laurel_recommender_lag_messages', 'Messages not yet in the read model', now.lag);
    new Gauge({
      name: 'laurel_recommender_model_info',
      help: 'Versions of the trained model that serve; always 1',
      labelNames: ['name', 'version'],
      registers,
      collect() {
        this.reset();
        for (const { version } of now.serving()?.models.values() ?? [])
          this.set({ name: version.name, version: version.version }, 1);
      },
    });
  }

  readonly queryAnswered = (query: string, seconds: number, failed: boolean): void => {
    this.seconds.series(query, () => ({ query })).observe(seconds);
    if (failed) this.failures.inc({ query });
  };

  feedbackRecorded(told: readonly ToldFeedback[]): void {
    for (const { kind, origin } of told) this.feedback.inc({ kind, model: origin.model });
  }

  messageSkipped(topic: string): void {
    this.skipped.inc({ topic });
  }
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
