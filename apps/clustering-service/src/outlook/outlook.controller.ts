import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { TierPipeline } from '../tiers/tier-pipeline.js';
import { outlookConfigurationSchema } from './outlook-playbook.js';
import { OutlookService } from './outlook-service.js';

const boundaries = z.array(z.number()).meta({ description: 'Four that part the buyers into fifths' });

const outlookSchema = outlookConfigurationSchema.extend({
  model: z
    .object({
      fitted_at: z.string().meta({ format: 'date-time' }),
      buyers: z.number(),
      rfm: z.object({ quiet_days: boundaries, orders: boundaries, revenue: boundaries }),
      orders: z
        .object({ r: z.number(), alpha: z.number(), a: z.number(), b: z.number() })
        .nullable()
        .meta({ description: 'BG/NBD, in days' }),
      spending: z
        .object({ p: z.number(), q: z.number(), v: z.number() })
        .nullable()
        .meta({ description: 'Gamma-Gamma' }),
    })
    .nullable()
    .meta({ description: 'null before there were 50 buyers' }),
});

/** `/v1/outlook`: stages, cells and predicted value: by which rules, and what was learned. */
@ApiTags('outlook')
@Controller('v1')
export class OutlookController {
  constructor(
    private readonly pipeline: TierPipeline,
    private readonly outlook: OutlookService,
  ) {}

  @Get('outlook')
  @ApiOperation({ summary: 'Stages, cells and predicted value: rules, playbooks, what was learned' })
  @ApiResponse({ status: 200, standardSchema: outlookSchema })
  show(): z.infer<typeof outlookSchema> {
    const model = this.outlook.current();
    return {
      ...this.pipeline.configuration.outlook,
      model: model
        ? {
            fitted_at: model.fittedAt.toISOString(),
            buyers: model.buyers,
            rfm: { quiet_days: model.rfm.quietDays, orders: model.rfm.orders, revenue: model.rfm.revenue },
            orders: model.value?.orders ?? null,
            spending: model.value?.spending ?? null,
          }
        : null,
    };
  }

  @Post('outlook::fit')
  @HttpCode(200)
  @ApiOperation({ summary: 'Learn from the buyers now, not only once a day (admin)' })
  @ApiResponse({ status: 200, standardSchema: outlookSchema })
  async fit(): Promise<z.infer<typeof outlookSchema>> {
    await this.outlook.fit();
    return this.show();
  }
}
