import { Readable } from 'node:stream';
import { type SubjectRequest, unanswered } from '@laurel/change-log';
import { ProblemException, SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Controller, Delete, Get, Headers, Inject, Param, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AuditLog } from '../audit/audit-log.js';
import { Authorization } from '../audit/authorization.js';
import { TierPipeline } from '../tiers/tier-pipeline.js';
import { SubjectDesk } from './subject-desk.js';
import {
  erasureReceiptSchema,
  erasureReceiptView,
  givenReceiptSchema,
  presenceSchema,
  presenceView,
} from './subject-views.js';

const customerId = z.string().min(1);

const DEFAULT_WAIT_SECONDS = 10;
const LONGEST_WAIT_SECONDS = 50;

/** The rights of a customer over what is held of them: erasure, proof of it, and a copy. For admin. */
@ApiTags('data subjects')
@Controller('v1')
export class SubjectsController {
  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    private readonly desk: SubjectDesk,
    private readonly pipeline: TierPipeline,
    private readonly audit: AuditLog,
  ) {}

  @Delete('customers/:id')
  @ApiOperation({
    summary: 'Erase all that is held of a customer, everywhere; answers with the receipt (admin)',
    description:
      'Waits for every service, for 10 s or as `Prefer: wait=SECONDS` says. An erasure that is not complete by then (202) goes on by itself.',
  })
  @ApiResponse({ status: 200, standardSchema: givenReceiptSchema })
  @ApiResponse({ status: 202, standardSchema: givenReceiptSchema, description: 'Under way; follow it by its location' })
  async erase(
    @Param('id', { schema: customerId }) id: string,
    @Headers('prefer') preference: string | undefined,
    @Authorization() authorization: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof givenReceiptSchema>> {
    await this.audit.note(authorization, { action: 'subject.erasure', customer: id, records: 1 });
    const request = await this.desk.erase(id, waitMsOf(preference));
    this.context.logger.info({ receipt: request._id }, 'erasure asked for');
    const receipt = erasureReceiptView(request);
    if (receipt.status === 'pending') reply.code(202);
    reply.header('location', `/v1/erasures/${receipt.receipt_id}`).header('cache-control', 'no-store');
    const tombstone = await this.pipeline.store.rows.findOne({ customer_id: id, reason_type: 'erased' });
    return { customer_id: id, ...receipt, tombstones: tombstone?.held ?? [] };
  }

  @Get('erasures/:receipt')
  @ApiOperation({ summary: 'The receipt of an erasure (admin)' })
  @ApiResponse({ status: 200, standardSchema: erasureReceiptSchema })
  async receipt(
    @Param('receipt', { schema: z.string() }) receiptId: string,
  ): Promise<z.infer<typeof erasureReceiptSchema>> {
    const request = await this.desk.requests.find(receiptId);
    if (request?.kind !== 'erasure') {
      throw new ProblemException({ status: 404, detail: `There is no erasure ${JSON.stringify(receiptId)}.` });
    }
    return erasureReceiptView(request);
  }

  @Get('subjects/:id/presence')
  @ApiOperation({ summary: 'Whether anything is held of a customer, and where: the proof of an erasure (admin)' })
  @ApiResponse({ status: 200, standardSchema: presenceSchema })
  async presence(
    @Param('id', { schema: customerId }) id: string,
    @Headers('prefer') preference: string | undefined,
    @Authorization() authorization: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof presenceSchema>> {
    await this.audit.note(authorization, { action: 'subject.presence', customer: id, records: 1 });
    const request = await this.desk.presence(id, waitMsOf(preference));
    reply.header('cache-control', 'no-store');
    return presenceView(id, request, await this.desk.requests.erasureOf(id));
  }

  @Get('subjects/:id/data')
  @ApiOperation({ summary: 'All that is held of a customer, record by record (admin)' })
  @ApiResponse({ status: 200, description: 'JSON: `holdings` by service, store and place, with their `records`' })
  async data(
    @Param('id', { schema: customerId }) id: string,
    @Headers('prefer') preference: string | undefined,
    @Authorization() authorization: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.audit.note(authorization, { action: 'subject.access', customer: id, records: 1 });
    this.context.logger.info('copy of what is held of a customer asked for');
    reply.header('content-type', 'application/json').header('cache-control', 'no-store');
    await reply.send(Readable.from(copyOf(id, this.desk.access(id, waitMsOf(preference))), { objectMode: false }));
  }
}

async function* copyOf(customer: string, found: ReturnType<SubjectDesk['access']>): AsyncGenerator<string> {
  yield `{"customer_id":${JSON.stringify(customer)},"holdings":[`;
  let separator = '\n';
  let next = await found.next();
  for (; !next.done; next = await found.next()) {
    const { service, holding } = next.value;
    yield `${separator}{"service":${JSON.stringify(service)},${holding.slice(1)}`;
    separator = ',\n';
  }
  const request: SubjectRequest = next.value;
  const end = { as_of: request.requestedAt.toISOString(), waiting_for: unanswered(request) };
  yield `\n],${JSON.stringify(end).slice(1)}\n`;
}

/** `Prefer: wait=SECONDS` (RFC 7240). */
function waitMsOf(preference = ''): number {
  const seconds = /(?:^|[,;\s])wait\s*=\s*(\d{1,4})/i.exec(preference)?.[1];
  return Math.min(seconds === undefined ? DEFAULT_WAIT_SECONDS : Number(seconds), LONGEST_WAIT_SECONDS) * 1000;
}
