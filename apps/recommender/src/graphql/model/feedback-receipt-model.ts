import { Field, Int, ObjectType } from '@nestjs/graphql';

@ObjectType('FeedbackReceipt', { description: 'That feedback is stored.' })
export class FeedbackReceiptModel {
  @Field(() => Int, {
    description: 'How many events were stored: all that were sent. What was sent before counts once.',
  })
  accepted!: number;
}
