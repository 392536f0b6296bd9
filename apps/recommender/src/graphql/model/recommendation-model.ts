import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { ProductModel } from './product-model.js';
import { ReasonModel } from './reason-model.js';

@ObjectType('Recommendation', { description: 'One recommended product.' })
export class RecommendationModel {
  @Field(() => Int, { description: 'Its place in the list, from 1.' })
  rank!: number;

  @Field(() => ProductModel, { description: 'The product: active and in stock at this moment.' })
  product!: ProductModel;

  @Field(() => Float, {
    description: 'How strongly it is recommended, above 0. Falls along the list; not comparable between lists.',
  })
  score!: number;

  @Field(() => ReasonModel, { description: 'Why it is recommended.' })
  reason!: ReasonModel;
}

@ObjectType('ModelVersion', { description: 'What made a list.' })
export class ModelVersionModel {
  @Field(() => String, {
    description:
      'Name of the trained model, or `bought-together` / `viewed-together` / `trending` where live counts alone served.',
  })
  name!: string;

  @Field(() => String, {
    description:
      'Its version; "0" for live counts, which are never trained; "holdout" for customers who see only what trends.',
  })
  version!: string;

  @Field(() => String, { description: 'When it was trained (RFC 3339, UTC); for live counts the newest day counted.' })
  trainedAt!: string;
}

@ObjectType('RecommendationList', { description: 'A list of recommendations, best first.' })
export class RecommendationListModel {
  @Field(() => ID, {
    description: 'Unique for each answer. Keep it with what you show, to tell later what the customer did with it.',
  })
  requestId!: string;

  @Field(() => [RecommendationModel], {
    description: 'Best first. Shorter than asked only when no more products are available within the filter.',
  })
  items!: RecommendationModel[];

  @Field(() => ModelVersionModel, { description: 'What served the list.' })
  model!: ModelVersionModel;
}
