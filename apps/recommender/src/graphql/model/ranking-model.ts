import { Field, Float, ID, ObjectType } from '@nestjs/graphql';
import { RecommendationListModel } from './recommendation-model.js';

@ObjectType('RankedCandidate', { description: 'A product at one stage of a ranking.' })
export class RankedCandidateModel {
  @Field(() => ID, { description: "The shop's own id of the product." })
  productId!: string;

  @Field(() => Float, { description: 'Its score at this stage; comparable within the stage only.' })
  score!: number;

  @Field(() => String, {
    description: 'What it came from: a source by its name; `pinned` where only a rule put it there.',
  })
  source!: string;
}

@ObjectType('CandidateSource', { description: 'What one source of candidates offered.' })
export class CandidateSourceModel {
  @Field(() => String, { description: '`model`, `bought together`, `viewed together`, `same category` or `trending`.' })
  name!: string;

  @Field(() => [RankedCandidateModel], { description: "Its candidates with the source's own scores, best first." })
  candidates!: RankedCandidateModel[];
}

@ObjectType('LeftOut', { description: 'A product that was kept out of the list, and why.' })
export class LeftOutModel {
  @Field(() => ID, { description: "The shop's own id of the product." })
  productId!: string;

  @Field(() => String, {
    description:
      'Of `leftOut`: `never together` or `max per category`; of `heldBack`: `reserved for a tier`, `in the cart` or `bought before`.',
  })
  rule!: string;
}

@ObjectType('RankingExplanation', { description: 'How one list of recommendations came about, stage by stage.' })
export class RankingExplanationModel {
  @Field(() => [LeftOutModel], {
    description:
      'What is kept from this customer before anything is ranked, though it could be sold. What the filter leaves out is not named.',
  })
  heldBack!: LeftOutModel[];

  @Field(() => [CandidateSourceModel], {
    description: 'Candidates: what each source offered, what may not be shown left out already.',
  })
  sources!: CandidateSourceModel[];

  @Field(() => [RankedCandidateModel], { description: 'The sources weighted and merged, before any rule.' })
  merged!: RankedCandidateModel[];

  @Field(() => [RankedCandidateModel], { description: 'After boosts and margins; what is buried stands last.' })
  weighed!: RankedCandidateModel[];

  @Field(() => [LeftOutModel], { description: 'What rules kept out though it ranked high enough.' })
  leftOut!: LeftOutModel[];

  @Field(() => RecommendationListModel, { description: 'The list as `recommendations` gives it.' })
  list!: RecommendationListModel;
}
