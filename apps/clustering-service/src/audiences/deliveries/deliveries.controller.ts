import { ProblemException } from '@laurel/service';
import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AuditLog } from '../../audit/audit-log.js';
import { Authorization } from '../../audit/authorization.js';
import { AudienceService } from '../audience-service.js';
import { asProblem, unknownAudience } from '../audience-problems.js';
import { type Audience, deliveryChoiceSchema, pushChoiceSchema } from '../audience.js';
import { type Manifest, manifestSchema } from './delivery.js';
import { DeliveryService } from './delivery-service.js';

const id = z.string();
const deliveriesSchema = z.object({ deliveries: z.array(manifestSchema) });

/** `/v1/audiences/{id}/deliveries`: files with what changed since the last ones, and whom to remove. */
@ApiTags('audiences')
@Controller('v1/audiences/:id/deliveries')
export class DeliveriesController {
  constructor(
    private readonly audiences: AudienceService,
    private readonly deliveries: DeliveryService,
    private readonly audit: AuditLog,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Make the files of a delivery; it goes on by itself' })
  @ApiResponse({ status: 202, standardSchema: manifestSchema })
  @ApiResponse({ status: 409, description: 'One is under way for this audience and format' })
  async begin(
    @Param('id', { schema: id }) audienceId: string,
    @Body({ schema: deliveryChoiceSchema }) choice: z.infer<typeof deliveryChoiceSchema>,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Authorization() authorization: string | undefined,
  ): Promise<Manifest> {
    const manifest = await this.deliveries.begin(await this.audience(audienceId), choice).catch(asProblem);
    const detail = `${choice.format} ${manifest.id}`;
    await this.audit.note(authorization, { action: 'audience.delivery', audience: audienceId, detail, records: 0 });
    reply.code(202).header('location', `/v1/audiences/${audienceId}/deliveries/${manifest.id}`);
    return manifest;
  }

  @Get()
  @ApiOperation({ summary: 'The deliveries of an audience, the newest 100' })
  @ApiResponse({ status: 200, standardSchema: deliveriesSchema })
  async list(@Param('id', { schema: id }) audienceId: string): Promise<z.infer<typeof deliveriesSchema>> {
    await this.audience(audienceId);
    return { deliveries: await this.deliveries.list(audienceId) };
  }

  @Get(':delivery')
  @ApiOperation({ summary: 'What a delivery is: definition, counts, who was held back and why, models, files' })
  @ApiResponse({ status: 200, standardSchema: manifestSchema })
  one(
    @Param('id', { schema: id }) audienceId: string,
    @Param('delivery', { schema: id }) delivery: string,
  ): Promise<Manifest> {
    return this.found(audienceId, delivery);
  }

  @Post(':delivery/push')
  @HttpCode(202)
  @ApiOperation({ summary: 'Push a complete delivery to a destination, or push it again; it goes on by itself' })
  @ApiResponse({ status: 202, standardSchema: manifestSchema })
  @ApiResponse({ status: 409, description: 'The destination would miss the changes of an earlier delivery' })
  async push(
    @Param('id', { schema: id }) audienceId: string,
    @Param('delivery', { schema: id }) delivery: string,
    @Body({ schema: pushChoiceSchema }) choice: z.infer<typeof pushChoiceSchema>,
    @Authorization() authorization: string | undefined,
  ): Promise<Manifest> {
    const found = await this.found(audienceId, delivery);
    const detail = `${choice.destination} ${delivery}`;
    const records = found.counts.added + found.counts.changed + found.counts.removed;
    await this.audit.note(authorization, { action: 'audience.push', audience: audienceId, detail, records });
    const pushed = await this.deliveries.push(audienceId, delivery, choice).catch(asProblem);
    if (pushed) return pushed;
    throw new ProblemException({ status: 409, detail: 'Only a complete delivery can be pushed.' });
  }

  @Get(':delivery/files/:name')
  @ApiOperation({ summary: 'A file of a delivery, for as long as it is kept' })
  @ApiResponse({ status: 200, description: 'CSV or NDJSON' })
  async file(
    @Param('id', { schema: id }) audienceId: string,
    @Param('delivery', { schema: id }) delivery: string,
    @Param('name', { schema: id }) name: string,
    @Res() reply: FastifyReply,
    @Authorization() authorization: string | undefined,
  ): Promise<void> {
    const manifest = await this.found(audienceId, delivery);
    const file = this.deliveries.read(manifest, name);
    if (!file) {
      const names = manifest.files.map(each => each.name).join(', ') || 'none';
      throw new ProblemException({
        status: 404,
        detail: `This delivery has no file ${JSON.stringify(name)}. Its files: ${names}.`,
      });
    }
    const records = manifest.files.find(each => each.name === name)?.rows ?? 0;
    const detail = `${delivery}/${name}`;
    await this.audit.note(authorization, { action: 'audience.file', audience: audienceId, detail, records });
    await reply
      .header('content-type', name.endsWith('.ndjson') ? 'application/x-ndjson' : 'text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${delivery}-${name}"`)
      .header('cache-control', 'no-store')
      .send(file);
  }

  private async audience(audienceId: string): Promise<Audience> {
    const audience = await this.audiences.find(audienceId);
    if (!audience) throw unknownAudience(audienceId);
    return audience;
  }

  private async found(audienceId: string, delivery: string): Promise<Manifest> {
    const manifest = await this.deliveries.find(audienceId, delivery);
    if (manifest) return manifest;
    throw new ProblemException({
      status: 404,
      detail: `Audience ${JSON.stringify(audienceId)} has no delivery ${JSON.stringify(delivery)}.`,
    });
  }
}
