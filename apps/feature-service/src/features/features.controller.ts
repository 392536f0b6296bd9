import { ProblemException } from '@laurel/service';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { CustomerFeatures } from './customer-features.js';
import { FeaturePipeline } from './feature-pipeline.js';
import type { FeatureReader } from './feature-reader.js';

const MOST_CUSTOMERS = 1000;

const asOfSchema = z.object({
  as_of: z.iso
    .datetime({ offset: true, error: 'as_of: an RFC 3339 moment such as 2026-01-31T00:00:00Z was expected' })
    .optional()
    .meta({ description: 'Features as of this moment; default now' }),
});

const batchSchema = z.object({
  customer_ids: z
    .array(z.string().min(1))
    .min(1, 'customer_ids: at least one id was expected')
    .max(MOST_CUSTOMERS, `customer_ids: at most ${MOST_CUSTOMERS} ids a request`),
});

const moment = z.string().meta({ format: 'date-time' });

const featuresSchema = z.object({
  customer_id: z.string(),
  session_count: z.number(),
  total_time_spend_by_user_in_msec: z.number(),
  average_order_value: z.number(),
  no_of_orders: z.number(),
  revenue: z.number(),
  first_order_at: moment.nullable(),
  last_order_at: moment.nullable(),
  as_of: moment,
});

const batchAnswerSchema = z.object({
  features: z.array(featuresSchema),
  unknown: z.array(z.string()).meta({ description: 'Ids of which nothing is known' }),
  as_of: moment,
});

/** `/v1/features`: one customer's features, or many at once. */
@ApiTags('features')
@Controller('v1/features')
export class FeaturesController {
  private readonly reader: FeatureReader;

  constructor(pipeline: FeaturePipeline) {
    this.reader = pipeline.reader();
  }

  @Get(':customer')
  @ApiOperation({ summary: "One customer's features over the window" })
  @ApiResponse({ status: 200, standardSchema: featuresSchema })
  @ApiResponse({ status: 404, description: 'Nothing is known of this customer' })
  async one(
    @Param('customer', { schema: z.string() }) customer: string,
    @Query({ schema: asOfSchema }) query: z.infer<typeof asOfSchema>,
  ): Promise<z.infer<typeof featuresSchema>> {
    const asOf = momentOf(query.as_of);
    const features = (await this.reader.featuresOf([customer], asOf)).get(customer);
    if (!features) {
      const detail = `Nothing is known of customer ${JSON.stringify(customer)}: no customer document, order or event.`;
      throw new ProblemException({ status: 404, detail });
    }
    return answerOf(customer, features, asOf);
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: `Features of up to ${MOST_CUSTOMERS} customers` })
  @ApiResponse({ status: 200, standardSchema: batchAnswerSchema })
  async many(
    @Body({ schema: batchSchema }) body: z.infer<typeof batchSchema>,
    @Query({ schema: asOfSchema }) query: z.infer<typeof asOfSchema>,
  ): Promise<z.infer<typeof batchAnswerSchema>> {
    const asOf = momentOf(query.as_of);
    const found = await this.reader.featuresOf(body.customer_ids, asOf);
    return {
      features: [...found].map(([customer, features]) => answerOf(customer, features, asOf)),
      unknown: [...new Set(body.customer_ids)].filter(id => !found.has(id)),
      as_of: asOf.toISOString(),
    };
  }
}

function momentOf(asOf: string | undefined): Date {
  return asOf === undefined ? new Date() : new Date(asOf);
}

function answerOf(customer: string, features: CustomerFeatures, asOf: Date): z.infer<typeof featuresSchema> {
  return {
    customer_id: customer,
    ...features,
    first_order_at: features.first_order_at?.toISOString() ?? null,
    last_order_at: features.last_order_at?.toISOString() ?? null,
    as_of: asOf.toISOString(),
  };
}
