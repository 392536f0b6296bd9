import { Readable } from 'node:stream';
import { ProblemException, SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AudienceService, NoRecommendationsYetError } from './audience-service.js';
import { type Audience, audienceFilterSchema, audienceSchema, newAudienceSchema } from './audience.js';
import { fileFormat, FORMAT_NAMES, NoRoomForRecommendationsError } from './formats/file-format.js';

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
    .meta({ description: 'How many recommendations each row carries, with their reasons' }),
});

const sizeSchema = z.object({ members: z.number() });
const audiencesSchema = z.object({ audiences: z.array(audienceSchema) });
const previewSchema = z.strictObject({ filter: audienceFilterSchema });
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
  top: z.number().meta({ description: 'How many recommendations a row carries' }),
});

const id = z.string();

/** `/v1/audiences`: saved definitions, their sizes and their files. */
@ApiTags('audiences')
@Controller('v1/audiences')
export class AudiencesController {
  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    private readonly audiences: AudienceService,
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
  save(@Body({ schema: newAudienceSchema }) { name, filter }: z.infer<typeof newAudienceSchema>): Promise<Audience> {
    return this.audiences.save(name, filter);
  }

  @Post('preview')
  @HttpCode(200)
  @ApiOperation({ summary: 'How many customers a filter fits now, without saving it' })
  @ApiResponse({ status: 200, standardSchema: sizeSchema })
  async preview(
    @Body({ schema: previewSchema }) { filter }: z.infer<typeof previewSchema>,
  ): Promise<z.infer<typeof sizeSchema>> {
    return { members: await this.audiences.count(filter) };
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
    if (!(await this.audiences.remove(audienceId))) throw unknownAudience(audienceId);
  }

  @Get(':id/size')
  @ApiOperation({ summary: 'How many members an audience has now' })
  @ApiResponse({ status: 200, standardSchema: sizeSchema })
  async size(@Param('id', { schema: id }) audienceId: string): Promise<z.infer<typeof sizeSchema>> {
    return { members: await this.audiences.count((await this.found(audienceId)).filter) };
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
    @Query({ schema: exportQuerySchema }) { format, top }: z.infer<typeof exportQuerySchema>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const audience = await this.found(audienceId);
    const { contentType, extension } = fileFormat(format);
    const { id: exportId, file, chunks } = await this.audiences.export(audience, format, top).catch(refuse);
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
    await reply.send(Readable.from(chunks, { objectMode: true }));
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

  private async found(audienceId: string): Promise<Audience> {
    const audience = await this.audiences.find(audienceId);
    if (!audience) throw unknownAudience(audienceId);
    return audience;
  }
}

function refuse(error: unknown): never {
  if (error instanceof NoRoomForRecommendationsError)
    throw new ProblemException({ status: 400, detail: error.message });
  if (error instanceof NoRecommendationsYetError) throw new ProblemException({ status: 409, detail: error.message });
  throw error;
}

function unknownAudience(audienceId: string): ProblemException {
  return new ProblemException({
    status: 404,
    detail: `There is no audience ${JSON.stringify(audienceId)}. GET /v1/audiences lists them.`,
  });
}
