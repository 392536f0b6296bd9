import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { FORMAT_NAMES } from '../formats/format-names.js';
import type { Destination } from './destination.js';
import { DESTINATIONS } from './destinations-file.js';

const destinationsSchema = z.object({
  destinations: z.array(z.object({ name: z.string(), format: z.enum(FORMAT_NAMES) })),
});

/** `/v1/destinations`: where deliveries can be pushed. */
@ApiTags('audiences')
@Controller('v1/destinations')
export class DestinationsController {
  constructor(@Inject(DESTINATIONS) private readonly destinations: ReadonlyMap<string, Destination>) {}

  @Get()
  @ApiOperation({ summary: 'Where deliveries can be pushed, and in which format' })
  @ApiResponse({ status: 200, standardSchema: destinationsSchema })
  list(): z.infer<typeof destinationsSchema> {
    return { destinations: Array.from(this.destinations, ([name, { format }]) => ({ name, format })) };
  }
}
