import 'reflect-metadata';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Args, Field, Float, GraphQLModule, ID, Int, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { answerFor, listenOn } from './answers.js';

@ObjectType()
class Product {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => Float)
  price!: number;
}

@ObjectType()
class Reason {
  @Field(() => String)
  text!: string;
}

@ObjectType()
class Recommendation {
  @Field(() => Product)
  product!: Product;

  @Field(() => Float)
  score!: number;

  @Field(() => Reason)
  reason!: Reason;
}

@ObjectType()
class RecommendationList {
  @Field(() => [Recommendation])
  items!: Recommendation[];
}

@Resolver()
class Recommendations {
  @Query(() => RecommendationList)
  recommendations(
    @Args('userId', { type: () => ID }) userId: string,
    @Args('first', { type: () => Int, defaultValue: 5 }) first: number,
  ): RecommendationList {
    return answerFor(userId, first);
  }
}

@Module({
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true, introspection: false }),
  ],
  providers: [Recommendations],
})
class BareModule {}

const app = await NestFactory.create(BareModule, new FastifyAdapter(), { logger: false });
await app.listen(listenOn.port, listenOn.host);
