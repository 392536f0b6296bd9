import { Inject } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { FeedbackLog } from '../feedback/feedback-log.js';
import { feedbackDocument } from '../feedback/told-feedback.js';
import { RecommenderMetrics } from '../metrics/recommender-metrics.js';
import { checkedFeedback } from './inputs/checked-feedback.js';
import { FeedbackArguments } from './inputs/query-arguments.js';
import { FeedbackReceiptModel } from './model/feedback-receipt-model.js';

/** What is told of answers. */
@Resolver()
export class FeedbackResolver {
  constructor(
    @Inject(FeedbackLog) private readonly log: FeedbackLog,
    @Inject(RecommenderMetrics) private readonly metrics: RecommenderMetrics,
  ) {}

  @Mutation(() => FeedbackReceiptModel, {
    description:
      'Tells what customers did with recommendations. Answered when it is stored for good; send it again when it fails, what arrives twice counts once.',
  })
  async recordFeedback(@Args() { events }: FeedbackArguments): Promise<FeedbackReceiptModel> {
    const told = checkedFeedback(events, Date.now());
    await this.log.write(told.map(feedbackDocument));
    this.metrics.feedbackRecorded(told);
    return { accepted: told.length };
  }
}
