import { ArgsType, Field, ID, Int } from '@nestjs/graphql';
import { FeedbackEventInput } from './feedback-event.js';
import { RecommendationContextInput } from './recommendation-context.js';
import { RecommendationFilterInput } from './recommendation-filter.js';

const FIRST = { nullable: true, defaultValue: 5, description: 'How many, 1 to 100.' };
const FILTER = { nullable: true, description: 'Narrows the list.' };

@ArgsType()
export class RecommendationsArguments {
  @Field(() => ID, { description: 'The customer id, or the visitor id your events carry.' })
  userId!: string;

  @Field(() => Int, FIRST)
  first?: number | null;

  @Field(() => RecommendationFilterInput, FILTER)
  filter?: RecommendationFilterInput | null;

  @Field(() => RecommendationContextInput, { nullable: true, description: 'What happens in this visit.' })
  context?: RecommendationContextInput | null;
}

@ArgsType()
export class BatchArguments {
  @Field(() => [ID], { description: 'Customer or visitor ids: 1 to 50.' })
  userIds!: string[];

  @Field(() => Int, FIRST)
  first?: number | null;

  @Field(() => RecommendationFilterInput, FILTER)
  filter?: RecommendationFilterInput | null;
}

@ArgsType()
export class FeedbackArguments {
  @Field(() => [FeedbackEventInput], { description: 'What was done: 1 to 500 events.' })
  events!: FeedbackEventInput[];
}

@ArgsType()
export class SimilarProductsArguments {
  @Field(() => ID, { description: 'The product whose page is shown.' })
  productId!: string;

  @Field(() => Int, FIRST)
  first?: number | null;

  @Field(() => RecommendationFilterInput, FILTER)
  filter?: RecommendationFilterInput | null;
}

@ArgsType()
export class BoughtTogetherArguments {
  @Field(() => [ID], { description: 'One product or the whole cart: 1 to 100 ids. Unknown ones are ignored.' })
  productIds!: string[];

  @Field(() => Int, FIRST)
  first?: number | null;

  @Field(() => RecommendationFilterInput, FILTER)
  filter?: RecommendationFilterInput | null;
}

@ArgsType()
export class TrendingArguments {
  @Field(() => Int, FIRST)
  first?: number | null;

  @Field(() => RecommendationFilterInput, FILTER)
  filter?: RecommendationFilterInput | null;
}

@ArgsType()
export class SearchArguments {
  @Field(() => String, {
    description: 'Words, or their beginnings; 1 to 200 characters with a letter or digit among them.',
  })
  text!: string;

  @Field(() => Int, FIRST)
  first?: number | null;

  @Field(() => RecommendationFilterInput, FILTER)
  filter?: RecommendationFilterInput | null;
}

@ArgsType()
export class IdArguments {
  @Field(() => ID, { description: "The shop's own id." })
  id!: string;
}
