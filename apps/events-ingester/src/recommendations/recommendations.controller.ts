import { type Arm, compareSequentially, meanOf } from '@laurel/learning';
import { ProblemException, SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { WarehouseError } from '@laurel/warehouse';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { comparisonText } from './comparison-text.js';
import { placementView } from './placement-view.js';
import { RecommendationResults, shownSince, WINDOW_DAYS } from './recommendation-results.js';
import {
  comparisonQuerySchema,
  comparisonSchema,
  metricsQuerySchema,
  metricsSchema,
  OTHERS,
} from './recommendation-views.js';

const NOBODY: Arm = { customers: 0, sum: 0, squares: 0 };

/** `/v1/recommendations`: what recommendations came to, by the feedback and the orders in the warehouse (admin). */
@ApiTags('recommendations')
@Controller('v1/recommendations')
export class RecommendationsController {
  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    private readonly results: RecommendationResults,
  ) {}

  @Get('metrics')
  @ApiOperation({
    summary: 'Click-through, conversion and revenue by model version and placement, with 95 % intervals',
  })
  @ApiResponse({ status: 200, standardSchema: metricsSchema })
  async metrics(
    @Query({ schema: metricsQuerySchema }) query: z.infer<typeof metricsQuerySchema>,
  ): Promise<z.infer<typeof metricsSchema>> {
    const until = query.until === undefined ? new Date() : new Date(query.until);
    const from = query.from === undefined ? shownSince(until) : new Date(query.from);
    const found = await this.asked(this.results.byPlacement(from, until));
    return {
      from: from.toISOString(),
      until: until.toISOString(),
      known_until: found[0]?.known_until.toISOString() ?? null,
      metrics: found.map(placementView),
    };
  }

  @Get('comparison')
  @ApiOperation({
    summary: 'Two versions, or the holdout and all others, compared by a test that may be looked at any time',
  })
  @ApiResponse({ status: 200, standardSchema: comparisonSchema })
  async comparison(
    @Query({ schema: comparisonQuerySchema }) query: z.infer<typeof comparisonQuerySchema>,
  ): Promise<z.infer<typeof comparisonSchema>> {
    const { control, treatment, measure, worth } = query;
    if (control === treatment)
      throw new ProblemException({ status: 400, detail: `treatment: another group than ${control} was expected` });
    const from = new Date(query.from);
    const arms = await this.asked(this.results.byGroup(from, measure));
    const controlArm = arms.get(control) ?? NOBODY;
    const treatmentArm = treatment === OTHERS ? allBut(arms, control) : (arms.get(treatment) ?? NOBODY);
    const compared = compareSequentially(controlArm, treatmentArm, worth);
    const controlMean = meanOf(controlArm);
    return {
      from: from.toISOString(),
      measure,
      window_days: WINDOW_DAYS,
      worth,
      control: { group: control, customers: controlArm.customers, mean: controlMean },
      treatment: { group: treatment, customers: treatmentArm.customers, mean: meanOf(treatmentArm) },
      difference: compared.difference,
      uplift: controlMean === 0 ? null : compared.difference.value / controlMean,
      verdict: compared.verdict,
      text: comparisonText(compared, measure, worth),
    };
  }

  private async asked<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof WarehouseError)) throw error;
      this.context.logger.warn({ err: error }, 'results of recommendations could not be read');
      throw new ProblemException({
        status: 503,
        detail:
          'The warehouse cannot tell yet: its models are built within a minute or two of the first changes. Ask again then.',
      });
    }
  }
}

function allBut(arms: ReadonlyMap<string, Arm>, group: string): Arm {
  return [...arms]
    .filter(([other]) => other !== group)
    .reduce(
      (all, [, arm]) => ({
        customers: all.customers + arm.customers,
        sum: all.sum + arm.sum,
        squares: all.squares + arm.squares,
      }),
      NOBODY,
    );
}
