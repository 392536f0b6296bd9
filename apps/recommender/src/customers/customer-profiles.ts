import { Column } from '../columns/column.js';
import { IdIndex } from '../columns/id-index.js';
import { TIERS, type CustomerProfile } from './customer-profile.js';

const UNKNOWN = 255;

/** Every known customer's tier, features and perks, by customer number; perks are held once for each distinct list. */
export class CustomerProfiles {
  private readonly tier = Column.uint8(UNKNOWN);
  private readonly sessions = Column.float64();
  private readonly timeMsec = Column.float64();
  private readonly averageOrderValue = Column.float64();
  private readonly orders = Column.float64();
  private readonly perks = Column.int32();
  private readonly perkLists = new IdIndex();
  private readonly perkTexts: (readonly string[])[] = [];

  set(customer: number, profile: CustomerProfile): void {
    const { features } = profile;
    this.tier.set(customer, TIERS.indexOf(profile.tier));
    this.sessions.set(customer, features.sessionCount);
    this.timeMsec.set(customer, features.totalTimeSpendByUserInMsec);
    this.averageOrderValue.set(customer, features.averageOrderValue);
    this.orders.set(customer, features.noOfOrders);
    const list = this.perkLists.add(JSON.stringify(profile.perks));
    this.perkTexts[list] ??= Object.freeze([...profile.perks]);
    this.perks.set(customer, list);
  }

  remove(customer: number): void {
    this.tier.set(customer, UNKNOWN);
  }

  /** Whether anything is known of a customer. */
  has(customer: number): boolean {
    return this.tier.get(customer) !== UNKNOWN;
  }

  of(customer: number): CustomerProfile | undefined {
    const tier = TIERS[this.tier.get(customer)];
    if (customer < 0 || tier === undefined) return undefined;
    return {
      tier,
      features: {
        sessionCount: this.sessions.get(customer),
        totalTimeSpendByUserInMsec: this.timeMsec.get(customer),
        averageOrderValue: this.averageOrderValue.get(customer),
        noOfOrders: this.orders.get(customer),
      },
      perks: this.perkTexts[this.perks.get(customer)] ?? [],
    };
  }
}
