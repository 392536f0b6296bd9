import type { Trainer } from '@laurel/learning';
import { nameClusters } from '../tiers/name-clusters.js';
import { type Tier, TIERS } from '../tiers/tier.js';
import { clusterInput } from '../tiers/train-tier-model.js';
import type { SimulatedCustomer, SimulatedDay, TierMethod } from './tier-method.js';

/**
 * The plain method: everybody clustered each month from scratch on the standardised features as they are. A cluster's tier is its number, or
 * its rank by its members' mean revenue.
 */
export class PlainClusters implements TierMethod {
  private month = 0;

  constructor(
    private readonly trainer: Pick<Trainer, 'trainClusters'>,
    private readonly seed: number,
    private readonly naming: 'number' | 'revenue',
  ) {}

  async tiersOn({ monthEnd, customers }: SimulatedDay): Promise<readonly Tier[] | undefined> {
    if (!monthEnd) return undefined;
    const result = await this.trainer.trainClusters(clusterInput(customers), {
      k: TIERS.length,
      seed: this.seed + this.month++,
      tuned: { scale: 'plain', starts: 10 },
    });
    if (result.kind === 'refused') return undefined;
    const clusters = new Map(result.customerIds.map((id, at) => [id, result.assignments[at] ?? 0]));
    const numbers = customers.map(({ customerId }) => clusters.get(customerId) ?? 0);
    const names = this.naming === 'number' ? TIERS : this.byRevenue(customers, numbers);
    return numbers.map(number => names[number] ?? 'BRONZE');
  }

  private byRevenue(customers: readonly SimulatedCustomer[], numbers: readonly number[]): readonly Tier[] {
    const members = TIERS.map((_, cluster) => customers.filter((__, at) => numbers[at] === cluster));
    const clusters = members.map(own => ({
      revenues: own.map(({ revenue }) => revenue),
      meanOrders: own.reduce((sum, { features }) => sum + features.no_of_orders, 0) / Math.max(1, own.length),
      meanLastOrderMs: 0,
      previousRank: undefined,
    }));
    return nameClusters(clusters, this.seed).map(({ tier }) => tier);
  }
}
