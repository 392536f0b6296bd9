import { DEMAND_TRENDS } from '@laurel/learning';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { DemandStore } from './demand-store.js';

const trendSchema = z.enum(DEMAND_TRENDS, `trend: one of ${DEMAND_TRENDS.join(', ')} was expected`).optional();

const demandSchema = z.object({
  products: z.array(
    z.object({
      product_id: z.string(),
      trend: z.enum(DEMAND_TRENDS).meta({
        description: 'rising: at least a quarter more a week than usual is forecast; falling: at least a fifth less',
      }),
      weekly: z.array(z.number()).meta({ description: 'Units forecast, one number for each week ahead' }),
      usual: z.number().meta({ description: 'Units a week, mean of the last thirteen weeks' }),
      forecast_at: z.string().meta({ format: 'date-time' }),
    }),
  ),
});

/** `/v1/demand`: how much of each product will be bought. */
@ApiTags('outlook')
@Controller('v1/demand')
export class DemandController {
  constructor(private readonly demand: DemandStore) {}

  @Get()
  @ApiOperation({ summary: 'The demand of products in the next weeks, the most wanted first' })
  @ApiResponse({ status: 200, standardSchema: demandSchema })
  async list(
    @Query('trend', { schema: trendSchema }) trend: z.infer<typeof trendSchema>,
  ): Promise<z.infer<typeof demandSchema>> {
    const products = await this.demand.list(trend);
    return {
      products: products.map(({ productId, trend: way, weekly, usual, forecastAt }) => ({
        product_id: productId,
        trend: way,
        weekly: weekly.map(rounded),
        usual: rounded(usual),
        forecast_at: forecastAt.toISOString(),
      })),
    };
  }
}

function rounded(units: number): number {
  return Number(units.toFixed(2));
}
