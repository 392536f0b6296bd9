import { Field, Float, ID, InputType } from '@nestjs/graphql';

@InputType('RecommendationFilter', { description: 'Narrows a list. All conditions given must hold.' })
export class RecommendationFilterInput {
  @Field(() => [String], {
    nullable: true,
    description: 'Only products of these categories, named exactly; at most 100.',
  })
  categories?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Never these products; at most 1,000. Unknown ids are ignored.' })
  excludeProductIds?: string[] | null;

  @Field(() => Float, { nullable: true, description: 'Lowest price, inclusive.' })
  priceMin?: number | null;

  @Field(() => Float, { nullable: true, description: 'Highest price, inclusive; not below `priceMin`.' })
  priceMax?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Whether products the customer already bought may be recommended.',
  })
  includePurchased?: boolean | null;
}
