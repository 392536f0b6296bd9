import { distributionOf } from '@laurel/learning';
import { describe, expect, it } from 'vitest';
import { simulatedBuyers } from '../testing/tier-samples.js';
import { TIER_FEATURES } from '../tiers/tier-features.js';
import { featureDrift } from './drift-watch.js';

const buyers = simulatedBuyers(600, 1).map(({ features }) => features);
const live = {
  metrics: {
    feature_distribution: Object.fromEntries(
      TIER_FEATURES.map(name => [name, distributionOf(buyers.map(features => features[name]))]),
    ),
  },
};

describe('featureDrift', () => {
  it('finds the feature that moved, and no other', () => {
    const dearer = buyers.map(features => ({ ...features, average_order_value: 3 * features.average_order_value }));
    const drift = new Map(featureDrift(live, dearer));
    expect(drift.get('average_order_value')).toBeGreaterThan(0.25);
    expect(drift.get('no_of_orders')).toBeCloseTo(0, 10);
  });

  it('says nothing of few buyers, or where a model does not tell what it was trained on', () => {
    expect(featureDrift(live, buyers.slice(0, 499))).toBeUndefined();
    expect(featureDrift({ metrics: {} }, buyers)).toBeUndefined();
  });
});
