import type { Logger } from 'pino';
import { Gauge, type Registry } from 'prom-client';
import { type PlacementView, placementView } from './placement-view.js';
import { type RecommendationResults, shownSince } from './recommendation-results.js';

/** The warehouse is asked at most so often, however often Prometheus asks. */
const ASK_EVERY_MS = 60_000;

const RATES = {
  click_through_rate: 'Share of impressions that were clicked',
  conversion_rate: 'Share of impressions whose product was bought within 7 days',
  revenue_per_thousand: 'Revenue credited to a thousand impressions',
} as const satisfies Partial<Record<keyof PlacementView, string>>;

/** Tells Prometheus what recommendations of the last 28 days came to; nothing while the warehouse does not know. */
export function registerRecommendationMetrics(
  registry: Registry,
  results: RecommendationResults,
  logger: Logger,
): void {
  let asked: { atMs: number; answer: Promise<PlacementView[]> } | undefined;
  const placements = (): Promise<PlacementView[]> => {
    const now = new Date();
    if (!asked || now.getTime() - asked.atMs >= ASK_EVERY_MS) {
      const answer = results.byPlacement(shownSince(now), now).then(
        found => found.map(placementView),
        (err: unknown) => {
          logger.debug({ err }, 'results of recommendations are not known to Prometheus');
          return [];
        },
      );
      asked = { atMs: now.getTime(), answer };
    }
    return asked.answer;
  };

  new Gauge({
    name: 'laurel_recommendations_impressions',
    help: 'Products shown in the last 28 days, by what made the list and where it was shown',
    labelNames: ['model', 'version', 'placement'],
    registers: [registry],
    async collect() {
      const found = await placements();
      this.reset();
      for (const { model, version, placement, impressions } of found)
        this.set({ model, version, placement }, impressions);
    },
  });
  for (const [rate, help] of Object.entries(RATES) as [keyof typeof RATES, string][]) {
    new Gauge({
      name: `laurel_recommendations_${rate}`,
      help: `${help}, of the last 28 days; \`low\` and \`high\` are the bounds of its 95 % interval`,
      labelNames: ['model', 'version', 'placement', 'figure'],
      registers: [registry],
      async collect() {
        const found = await placements();
        this.reset();
        for (const { model, version, placement, [rate]: estimate } of found)
          for (const [figure, value] of Object.entries(estimate))
            if (value !== null) this.set({ model, version, placement, figure }, value);
      },
    });
  }
}
