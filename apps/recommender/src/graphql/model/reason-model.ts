import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';
import { ProductModel } from './product-model.js';

/** Why a product is recommended, by kind. */
export enum ReasonKind {
  BOUGHT_TOGETHER = 'BOUGHT_TOGETHER',
  TASTE = 'TASTE',
  SIMILAR = 'SIMILAR',
  TRENDING = 'TRENDING',
}

registerEnumType(ReasonKind, {
  name: 'ReasonKind',
  description: 'Why a product is recommended.',
  valuesMap: {
    BOUGHT_TOGETHER: {
      description: 'Other customers bought it in the same orders as the products named in `because`.',
    },
    TASTE: { description: 'It fits what this customer bought; `because` names the purchases that counted most.' },
    SIMILAR: { description: 'It is like a product looked at, in the cart or asked about; `because` names it.' },
    TRENDING: { description: 'Many customers want it now; nothing personal is known that would say more.' },
  },
});

@ObjectType('Reason', { description: 'Why a product is recommended, taken from what really raised its score.' })
export class ReasonModel {
  @Field(() => ReasonKind, { description: 'The kind of reason, to choose an icon or a headline by.' })
  kind!: ReasonKind;

  @Field(() => String, { description: 'The reason in plain English, ready to be shown.' })
  text!: string;

  @Field(() => [ProductModel], {
    description: 'At most two products it rests on, the weightiest first; empty when it is only trending.',
  })
  because!: ProductModel[];
}
