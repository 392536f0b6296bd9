import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

/** The loyalty tiers, best first. */
export enum Tier {
  PLATINUM = 'PLATINUM',
  GOLD = 'GOLD',
  SILVER = 'SILVER',
  BRONZE = 'BRONZE',
}

registerEnumType(Tier, {
  name: 'Tier',
  description: 'Loyalty tier, best first. A customer without a decided tier is BRONZE.',
});

@ObjectType('Features', {
  description: "A customer's behaviour within the feature window (365 days unless configured).",
})
export class FeaturesModel {
  @Field(() => Int, { description: 'Sessions in the shop.' })
  sessionCount!: number;

  @Field(() => Float, { description: 'Time spent in the shop, in milliseconds.' })
  totalTimeSpendByUserInMsec!: number;

  @Field(() => Float, { description: "Mean value of an order in the shop's currency; 0 without orders." })
  averageOrderValue!: number;

  @Field(() => Int, { description: 'Orders placed and neither cancelled nor refunded.' })
  noOfOrders!: number;
}

@ObjectType('Customer', { description: 'A customer, without any personal data.' })
export class CustomerModel {
  @Field(() => ID, { description: "The shop's own id of the customer." })
  id!: string;

  @Field(() => Tier, { description: 'The loyalty tier now.' })
  tier!: Tier;

  @Field(() => FeaturesModel, { description: 'What the tier rests on; zeros while nothing is known.' })
  features!: FeaturesModel;

  @Field(() => [String], { description: 'What the tier entitles to, in words to show.' })
  perks!: string[];
}
