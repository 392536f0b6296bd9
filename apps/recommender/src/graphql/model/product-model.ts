import { Field, Float, ID, ObjectType } from '@nestjs/graphql';

@ObjectType('Product', { description: 'A product of the shop, as it is now.' })
export class ProductModel {
  @Field(() => ID, { description: "The shop's own id of the product." })
  id!: string;

  @Field(() => String, { description: 'Its name, as the shop shows it.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Its category; null where the shop gives none.' })
  category!: string | null;

  @Field(() => Float, { description: "Price of one unit in the shop's currency, at this moment." })
  price!: number;

  @Field(() => Float, {
    nullable: true,
    description: "Average rating on the shop's own scale; null where there is none.",
  })
  rating!: number | null;

  @Field(() => String, { nullable: true, description: 'Address of a picture; null where there is none.' })
  imageUrl!: string | null;
}
