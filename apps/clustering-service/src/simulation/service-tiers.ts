import type { Trainer } from '@laurel/learning';
import type { TierPolicy } from '../configuration/tier-configuration.js';
import { decideTier } from '../tiers/decide-tier.js';
import { TierModel } from '../tiers/tier-model.js';
import type { TierStanding } from '../tiers/tier-standing.js';
import { trainTierModel } from '../tiers/train-tier-model.js';
import type { Tier } from '../tiers/tier.js';
import { buyersAmong, type SimulatedDay, type TierMethod } from './tier-method.js';

/** The tiers as the service decides them: everybody on every day, a model trained anew, and promoted unless it is held, at each month end. */
export class ServiceTiers implements TierMethod {
  private readonly standings = new Map<string, TierStanding>();
  private model: TierModel | undefined;

  constructor(
    private readonly trainer: Pick<Trainer, 'trainClusters'>,
    private readonly policy: TierPolicy,
    private readonly windowDays: number,
  ) {}

  async tiersOn({ at, monthEnd, customers }: SimulatedDay): Promise<readonly Tier[] | undefined> {
    const { policy, standings, windowDays } = this;
    if (monthEnd) {
      const result = await trainTierModel(this.trainer, buyersAmong(customers), this.model?.data, policy);
      if (result.kind === 'trained' && result.hold === undefined) this.model = new TierModel(result.model);
    }
    const { model } = this;
    if (!model) return undefined;
    return customers.map(({ customerId, features, lastOrderAt }) => {
      const before = standings.get(customerId);
      const given = { features, lastOrderAt, standing: before, pin: null, model, policy, windowDays, now: at };
      const { standing } = decideTier(given);
      standings.set(customerId, standing);
      return standing.tier;
    });
  }
}
