import { Readable } from 'node:stream';
import { AuditTrail, ProblemException, SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Body, Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ExportRequest, exportRequestSchema } from './export-request.js';
import { ExportRefusedError, RecommendationExport } from './recommendation-export.js';

/** `/v1/recommendations/export`: the lists of all customers, for campaigns and analysis. */
@Controller('v1/recommendations/export')
export class ExportController {
  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    @Inject(RecommendationExport) private readonly exports: RecommendationExport,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** How many customers there are, and the models that would serve them. */
  @Get()
  outlook(): object {
    const { customers, revision, models } = this.exports.outlook();
    return {
      customers,
      revision,
      models: models.map(({ name, version, trainedAt }) => ({ name, version, trained_at: trainedAt })),
    };
  }

  /** NDJSON, a line for each customer; cut off where it cannot be finished. Noted in the audit log before the first. */
  @Post()
  @HttpCode(200)
  async export(
    @Body({ schema: exportRequestSchema }) request: ExportRequest,
    @Req() { scope, headers }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const part = await this.exports.begin(request).catch((error: unknown) => {
      if (error instanceof ExportRefusedError) throw new ProblemException({ status: 409, detail: error.message });
      throw error;
    });
    const { customers, revision, chunks } = part;
    const { shard, shards, first } = request;
    try {
      const detail = `top ${first}, part ${shard + 1} of ${shards}, revision ${revision}`;
      await this.audit.note(headers.authorization, { action: 'recommendations.export', detail, records: customers });
    } catch (error) {
      await chunks.return();
      throw error;
    }
    this.context.logger.info({ scope, customers, revision, shard, shards, first }, 'recommendations exported');
    await reply
      .header('content-type', 'application/x-ndjson')
      .header('cache-control', 'no-store')
      .header('laurel-customers', customers)
      .header('laurel-revision', revision)
      .send(Readable.from(chunks, { objectMode: true }));
  }
}
