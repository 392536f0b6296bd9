import { Field, ID, InputType } from '@nestjs/graphql';

@InputType('RecommendationContext', {
  description:
    'What happens in the shop at this moment. It counts for this request at once, even before the events arrive.',
})
export class RecommendationContextInput {
  @Field(() => [ID], {
    nullable: true,
    description: 'Products looked at in this visit, latest first; at most 100. Unknown ids are ignored.',
  })
  recentProductIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Products in the cart; at most 100. They steer the list and are never recommended back. Unknown ids are ignored.',
  })
  cartProductIds?: string[] | null;
}
