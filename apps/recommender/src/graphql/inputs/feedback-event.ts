import { Field, ID, InputType, Int, registerEnumType } from '@nestjs/graphql';
import { FEEDBACK_KINDS, type FeedbackKind } from '../../feedback/told-feedback.js';

const FeedbackKindEnum = Object.fromEntries(Object.keys(FEEDBACK_KINDS).map(kind => [kind, kind]));

registerEnumType(FeedbackKindEnum, {
  name: 'FeedbackKind',
  description: 'What a customer did with a recommended product.',
  valuesMap: {
    IMPRESSION: { description: 'It was shown to them.' },
    CLICK: { description: 'They opened it. It counts as a view of the product at once.' },
    CART: { description: 'They put it in the cart. It is in their cart at once.' },
    PURCHASE: {
      description: "They bought it. It is no order: orders come from the shop's database, and count once.",
    },
  },
});

@InputType('FeedbackEvent', { description: 'What a customer did with one recommended product.' })
export class FeedbackEventInput {
  @Field(() => ID, {
    nullable: true,
    description:
      'Told again under the same id it counts once. Without one, each kind counts once for each product of an answer.',
  })
  id?: string | null;

  @Field(() => FeedbackKindEnum, { description: 'What they did.' })
  kind!: FeedbackKind;

  @Field(() => ID, { description: 'The `requestId` of the answer that recommended it.' })
  requestId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The customer or visitor id. Leave it out where they do not want to be measured: then it counts without telling who it was.',
  })
  userId?: string | null;

  @Field(() => ID, { description: 'The recommended product.' })
  productId!: string;

  @Field(() => Int, { description: 'Its `rank` in the answer, 1 to 100.' })
  position!: number;

  @Field(() => String, { description: 'Where it was shown, in your own words: `home`, `product`; 1 to 64 characters.' })
  placement!: string;

  @Field(() => ID, { nullable: true, description: 'Of a purchase: the order it was part of.' })
  orderId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'When, as RFC 3339; not more than 7 days ago. Now, where it is left out.',
  })
  at?: string | null;
}
