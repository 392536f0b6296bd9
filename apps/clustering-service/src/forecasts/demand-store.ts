import type { DemandTrend, ProductDemand } from '@laurel/learning';
import type { Collection, Db } from 'mongodb';

interface StoredDemand extends Omit<ProductDemand, 'productId'> {
  _id: string;
  forecastAt: Date;
}

/** The demand of products as it was forecast last. */
export class DemandStore {
  private readonly products: Collection<StoredDemand>;

  constructor(db: Db) {
    this.products = db.collection('product_demand');
  }

  /** Takes the place of all that was forecast before. */
  async keep(demand: readonly ProductDemand[]): Promise<void> {
    const forecastAt = new Date();
    const operations = demand.map(({ productId, ...own }) => {
      const replacement = { ...own, weekly: [...own.weekly], forecastAt };
      return { replaceOne: { filter: { _id: productId }, replacement, upsert: true } };
    });
    if (operations.length > 0) await this.products.bulkWrite(operations, { ordered: false });
    await this.products.deleteMany({ forecastAt: { $lt: forecastAt } });
  }

  /** The ids of the products whose demand goes one of these ways. */
  async productsWith(trends: readonly DemandTrend[]): Promise<ReadonlySet<string>> {
    const found = await this.products.find({ trend: { $in: [...trends] } }, { projection: { _id: 1 } }).toArray();
    return new Set(found.map(({ _id }) => _id));
  }

  /** What was forecast of all products, or of those whose demand goes one way, the most wanted first. */
  async list(trend?: DemandTrend): Promise<(ProductDemand & { forecastAt: Date })[]> {
    const found = await this.products.find(trend ? { trend } : {}).toArray();
    return found
      .map(({ _id, ...own }) => ({ productId: _id, ...own }))
      .sort((a, b) => total(b.weekly) - total(a.weekly) || (a.productId < b.productId ? -1 : 1));
  }
}

function total(weekly: readonly number[]): number {
  return weekly.reduce((sum, units) => sum + units, 0);
}
