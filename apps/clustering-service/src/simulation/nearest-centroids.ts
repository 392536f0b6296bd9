import type { Trainer } from '@laurel/learning';
import type { TierPolicy } from '../configuration/tier-configuration.js';
import { TierModel } from '../tiers/tier-model.js';
import { trainTierModel } from '../tiers/train-tier-model.js';
import type { Tier } from '../tiers/tier.js';
import { buyersAmong, type SimulatedDay, type TierMethod } from './tier-method.js';

/** Buyers go to the nearest centroid of a model that is trained each month, cold or warm from the one before; Bronze without an order. */
export class NearestCentroids implements TierMethod {
  private model: TierModel | undefined;

  constructor(
    private readonly trainer: Pick<Trainer, 'trainClusters'>,
    private readonly policy: TierPolicy,
    private readonly start: 'cold' | 'warm',
  ) {}

  async tiersOn({ monthEnd, customers }: SimulatedDay): Promise<readonly Tier[] | undefined> {
    const { model: live, policy, trainer } = this;
    if (monthEnd) {
      const from = this.start === 'warm' ? live?.data : undefined;
      const result = await trainTierModel(trainer, buyersAmong(customers), from, policy);
      if (result.kind === 'trained') this.model = new TierModel(result.model);
    }
    const { model } = this;
    return model && customers.map(({ features, lastOrderAt }) => (lastOrderAt ? model.score(features).tier : 'BRONZE'));
  }
}
