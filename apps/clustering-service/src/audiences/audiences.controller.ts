import { Readable } from 'node:stream';
import { ProblemException, SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AuditLog } from '../audit/audit-log.js';
import { Authorization } from '../audit/authorization.js';
import { asProblem, unknownAudience } from './audience-problems.js';
import { AudienceService } from './audience-service.js';
import { type Audience, audienceSchema, newAudienceSchema, type Target, targetSchema } from './audience.js';
import { DeliveryService } from './deliveries/delivery-service.js';
import type { Destination } from './destinations/destination.js';
import { suitableDestination } from './destinations/destination-problems.js';
import { DESTINATIONS } from './destinations/destinations-file.js';
import { fileFormat } from './formats/file-format.js';
import { FORMAT_NAMES } from './formats/format-names.js';

const MOST_RECOMMENDATIONS = 10;
const TOP_EXPECTED = `top: a whole number from 1 to ${MOST_RECOMMENDATIONS} was expected`;

const exportQuerySchema = z.object({
  format: z.enum(FORMAT_NAMES, `format: one of ${FORMAT_NAMES.join(', ')} was expected`).default('csv'),
  top: z.coerce
    .number({ error: TOP_EXPECTED })
    .int(TOP_EXPECTED)
    .min(1, TOP_EXPECTED)
    .max(MOST_RECOMMENDATIONS, TOP_EXPECTED)
    .optional()
    .meta({
      description:
        'How many recommendations each row carries, with their reasons, where the format has a place for them',
    }),
  group: z
    .enum(['audience', 'holdout'], 'group: audience or holdout was expected')
    .default('audience')
    .meta({ description: 'holdout: those who are held out, to compare with; csv and ndjson only' }),
});

const sizeQuerySchema = z.object({
  format: z
    .enum(FORMAT_NAMES, `format: one of ${FORMAT_NAMES.join(', ')} was expected`)
    .optional()
    .meta({ description: 'Also how many of them a file in this format would hold' }),
});

const sizeSchema = z.object({
  members: z.number().meta({ description: 'With those held out, without those excluded' }),
  excluded: z.number().meta({ description: 'Who would belong but for being in an audience that is excluded' }),
  holdout: z.number(),
  reach: z
    .object({ exported: z.number(), held_back: z.record(z.string(), z.number()) })
    .optional()
    .meta({ description: 'Where a format was named: how many a file would hold now, and who would be held back' }),
});
const audiencesSchema = z.object({ audiences: z.array(audienceSchema) });
const moment = z.string().meta({ format: 'date-time' });

const reportSchema = z.object({
  id: z.string(),
  audience_id: z.string(),
  format: z.enum(FORMAT_NAMES),
  status: z.enum(['running', 'complete', 'aborted']),
  members: z.number(),
  exported: z.number(),
  held_back: z.record(z.string(), z.number()).meta({ description: 'How many were left out, by reason' }),
  started_at: moment,
  finished_at: moment.nullable(),
  checksum_sha256: z.string().nullable(),
  model_version: z.string().nullable(),
  model_versions: z.record(z.string(), z.string()),
  definition: targetSchema.extend({ name: z.string() }).meta({ description: 'What the audience was then' }),
  group: z.enum(['audience', 'holdout']),
  excluded: z.number(),
  top: z
    .number()
    .meta({ description: 'How many recommendations a row carries; 0 also where the format has no place for them' }),
});

const id = z.string();

/** `/v1/audiences`: saved definitions, their sizes and their files. */
@ApiTags('audiences')
@Controller('v1/audiences')
export class AudiencesController {
  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    private readonly audiences: AudienceService,
    private readonly deliveries: DeliveryService,
    private readonly audit: AuditLog,
    @Inject(DESTINATIONS) private readonly destinations: ReadonlyMap<string, Destination>,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The saved audiences' })
  @ApiResponse({ status: 200, standardSchema: audiencesSchema })
  async list(): Promise<z.infer<typeof audiencesSchema>> {
    return { audiences: await this.audiences.list() };
  }

  @Post()
  @ApiOperation({ summary: 'Save an audience' })
  @ApiResponse({ status: 201, standardSchema: audienceSchema })
  async save(@Body({ schema: newAudienceSchema }) audience: z.infer<typeof newAudienceSchema>): Promise<Audience> {
    const { schedule } = audience;
    try {
      if (schedule?.push !== undefined) suitableDestination(this.destinations, schedule.push, schedule.format);
      return await this.audiences.save(audience);
    } catch (error) {
      return asProblem(error);
    }
  }

  @Post('preview')
  @HttpCode(200)
  @ApiOperation({ summary: 'How many customers a filter fits now, without saving it' })
  @ApiResponse({ status: 200, standardSchema: sizeSchema })
  preview(
    @Body({ schema: targetSchema }) target: z.infer<typeof targetSchema>,
    @Query({ schema: sizeQuerySchema }) { format }: z.infer<typeof sizeQuerySchema>,
  ): Promise<z.infer<typeof sizeSchema>> {
    return this.sizeOf({ ...target, id: 'preview' }, format);
  }

  @Get(':id')
  @ApiOperation({ summary: 'A saved audience' })
  @ApiResponse({ status: 200, standardSchema: audienceSchema })
  async one(@Param('id', { schema: id }) audienceId: string): Promise<Audience> {
    return this.found(audienceId);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget a saved audience' })
  async remove(@Param('id', { schema: id }) audienceId: string): Promise<void> {
    if (!(await this.audiences.remove(audienceId).catch(asProblem))) throw unknownAudience(audienceId);
    await this.deliveries.forgetAudience(audienceId);
  }

  @Get(':id/size')
  @ApiOperation({ summary: 'How many members an audience has now' })
  @ApiResponse({ status: 200, standardSchema: sizeSchema })
  async size(
    @Param('id', { schema: id }) audienceId: string,
    @Query({ schema: sizeQuerySchema }) { format }: z.infer<typeof sizeQuerySchema>,
  ): Promise<z.infer<typeof sizeSchema>> {
    return this.sizeOf(await this.found(audienceId), format);
  }

  @Get(':id/export')
  @ApiOperation({
    summary: "An audience as a destination's file, with consent applied",
    description:
      'The header laurel-export-report names the report of what was held back and why; the trailers laurel-exported and laurel-held-back follow the file.',
  })
  @ApiResponse({ status: 200, description: 'CSV or NDJSON' })
  async export(
    @Param('id', { schema: id }) audienceId: string,
    @Query({ schema: exportQuerySchema }) { format, top = 0, group }: z.infer<typeof exportQuerySchema>,
    @Res() reply: FastifyReply,
    @Authorization() authorization: string | undefined,
  ): Promise<void> {
    const audience = await this.found(audienceId);
    if (group === 'holdout' && format !== 'csv' && format !== 'ndjson')
      throw new ProblemException({
        status: 400,
        detail: 'Who is held out goes to no destination. Take csv or ndjson for group=holdout.',
      });
    const { contentType, extension } = fileFormat(format);
    const {
      id: exportId,
      file,
      chunks,
    } = await this.audiences.export(audience, { format, top, group }).catch(asProblem);
    const entry = await this.audit.note(authorization, {
      action: 'audience.export',
      audience: audienceId,
      detail: `${format} ${exportId}`,
    });
    this.context.logger.info({ audience: audienceId, format, export: exportId }, 'audience export');
    const heldBack = () => Object.values(file.counts.held_back).reduce((sum, count) => sum + count, 0);
    reply
      .header('content-type', contentType)
      .header('content-disposition', `attachment; filename="audience-${audienceId}-${format}.${extension}"`)
      .header('laurel-export-id', exportId)
      .header('laurel-export-report', `/v1/audiences/${audienceId}/exports/${exportId}`)
      .header('cache-control', 'no-store')
      .trailer('laurel-exported', () => Promise.resolve(String(file.counts.exported)))
      .trailer('laurel-held-back', () => Promise.resolve(String(heldBack())));
    const noted = async function* (audit: AuditLog) {
      try {
        yield* chunks;
      } finally {
        await audit.complete(entry, file.counts.exported);
      }
    };
    await reply.send(Readable.from(noted(this.audit), { objectMode: true }));
  }

  @Get(':id/exports/:export')
  @ApiOperation({ summary: 'What an export held, and who was held back and why' })
  @ApiResponse({ status: 200, standardSchema: reportSchema })
  async report(
    @Param('id', { schema: id }) audienceId: string,
    @Param('export', { schema: id }) exportId: string,
  ): Promise<z.infer<typeof reportSchema>> {
    const report = await this.audiences.report(audienceId, exportId);
    if (!report)
      throw new ProblemException({
        status: 404,
        detail: `Audience ${JSON.stringify(audienceId)} has no export ${JSON.stringify(exportId)}.`,
      });
    const { _id, started_at, finished_at, ...rest } = report;
    return { id: _id, ...rest, started_at: started_at.toISOString(), finished_at: finished_at?.toISOString() ?? null };
  }

  private async sizeOf(
    target: Target & { id: string },
    format: z.infer<typeof sizeQuerySchema>['format'],
  ): Promise<z.infer<typeof sizeSchema>> {
    const size = await this.audiences.size(target, target.id).catch(asProblem);
    if (!format) return size;
    const { rows } = await this.audiences.rows(target, { format, top: 0, group: 'audience' }).catch(asProblem);
    for await (const _ of rows.read());
    const { exported, held_back } = rows.counts;
    return { ...size, reach: { exported, held_back } };
  }

  private async found(audienceId: string): Promise<Audience> {
    const audience = await this.audiences.find(audienceId);
    if (!audience) throw unknownAudience(audienceId);
    return audience;
  }
}
