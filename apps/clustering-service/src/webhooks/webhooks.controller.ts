import { randomUUID } from 'node:crypto';
import { ProblemException, SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { newWebhookSecret } from './signature.js';
import { WebhookDispatcher } from './webhook-dispatcher.js';
import {
  newWebhookEndpointSchema,
  type WebhookEndpoint,
  type WebhookEndpointInput,
  webhookEndpointInput,
  webhookEndpointSchema,
  webhookEndpointView,
} from './webhook-endpoint.js';
import { webhookBody } from './webhook-event.js';
import { replayEvents } from './replay-events.js';
import { WebhookAddressError } from './webhook-sender.js';
import { WEBHOOK_RETENTION_MS } from './webhook-store.js';

const MOST_ENDPOINTS = 50;
const HOUR_MS = 3_600_000;

const rotationSchema = z.strictObject({
  overlap_hours: z
    .number()
    .min(0, 'overlap_hours: 0 to 168')
    .max(168, 'overlap_hours: 0 to 168')
    .default(24)
    .meta({ description: 'For how long messages are signed with the secret before as well' }),
});
const replaySchema = z.strictObject({
  since: z.iso.datetime({ offset: true, error: 'since: an RFC 3339 moment such as 2026-01-31T00:00:00Z was expected' }),
});
const limitSchema = z.object({
  limit: z.coerce
    .number({ error: 'limit: a whole number from 1 to 1000 was expected' })
    .int()
    .min(1)
    .max(1000)
    .default(100),
});

const moment = z.string().meta({ format: 'date-time' });
const endpointsSchema = z.object({ webhooks: z.array(webhookEndpointSchema) });
const secretSchema = z.object({ secret: z.string(), previous_expires_at: moment });
const testSchema = z.object({
  delivered: z.boolean(),
  http_status: z.number().nullable(),
  error: z.string().nullable(),
  latency_ms: z.number(),
});
const replayedSchema = z.object({ messages: z.number() });
const deliveriesSchema = z.object({
  deliveries: z.array(
    z.object({
      webhook_id: z.string(),
      type: z.string(),
      at: moment,
      outcome: z.enum(['delivered', 'failed', 'given_up', 'withheld']),
      http_status: z.number().nullable(),
      error: z.string().nullable(),
      latency_ms: z.number(),
    }),
  ),
  waiting: z.number().meta({ description: 'Customers of whom something is still to be told' }),
});

const id = z.string();

/** `/v1/webhooks`: who is told when tiers change. */
@ApiTags('webhooks')
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    private readonly dispatcher: WebhookDispatcher,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The endpoints' })
  @ApiResponse({ status: 200, standardSchema: endpointsSchema })
  async list(): Promise<z.infer<typeof endpointsSchema>> {
    const endpoints = await this.dispatcher.store.endpoints.find({}, { sort: { createdAt: 1, _id: 1 } }).toArray();
    return { webhooks: endpoints.map(webhookEndpointView) };
  }

  @Post()
  @ApiOperation({ summary: 'Add an endpoint; answers with its secret, this once' })
  @ApiResponse({ status: 201, standardSchema: newWebhookEndpointSchema })
  async add(
    @Body({ schema: webhookEndpointInput }) input: WebhookEndpointInput,
  ): Promise<z.infer<typeof newWebhookEndpointSchema>> {
    const { store } = this.dispatcher;
    if ((await store.endpoints.countDocuments({}, { limit: MOST_ENDPOINTS })) >= MOST_ENDPOINTS)
      throw new ProblemException({ status: 409, detail: `There are ${MOST_ENDPOINTS} endpoints, no more are taken.` });
    const secret = newWebhookSecret();
    const _id = randomUUID();
    const endpoint: WebhookEndpoint = {
      _id,
      ...input,
      url: this.addressOf(input.url),
      secrets: [this.dispatcher.secrets.sealed(_id, secret)],
      disabledReason: null,
      createdAt: (await this.now()) ?? new Date(),
      failingSince: null,
    };
    await store.endpoints.insertOne(endpoint);
    this.context.logger.info({ webhook: endpoint._id }, 'webhook endpoint added');
    return { ...webhookEndpointView(endpoint), secret };
  }

  @Get(':id')
  @ApiOperation({ summary: 'An endpoint' })
  @ApiResponse({ status: 200, standardSchema: webhookEndpointSchema })
  async one(@Param('id', { schema: id }) endpointId: string): Promise<z.infer<typeof webhookEndpointSchema>> {
    return webhookEndpointView(await this.found(endpointId));
  }

  @Put(':id')
  @ApiOperation({
    summary: 'Change an endpoint: where, what, and whether it is told; a disabled one forgets what waits',
  })
  @ApiResponse({ status: 200, standardSchema: webhookEndpointSchema })
  async change(
    @Param('id', { schema: id }) endpointId: string,
    @Body({ schema: webhookEndpointInput }) input: WebhookEndpointInput,
  ): Promise<z.infer<typeof webhookEndpointSchema>> {
    await this.found(endpointId);
    const { store } = this.dispatcher;
    const { status, ...rest } = input;
    const enabled = status === 'enabled' && { status, disabledReason: null, failingSince: null };
    await store.endpoints.updateOne(
      { _id: endpointId },
      { $set: { ...rest, url: this.addressOf(input.url), ...enabled } },
    );
    if (status === 'disabled') await store.disable(endpointId, 'Disabled by hand');
    return this.one(endpointId);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove an endpoint, and what it was not told yet' })
  async remove(@Param('id', { schema: id }) endpointId: string): Promise<void> {
    const { store } = this.dispatcher;
    if ((await store.endpoints.deleteOne({ _id: endpointId })).deletedCount === 0) throw unknownEndpoint(endpointId);
    await store.queues.deleteMany({ endpoint: endpointId });
    await store.attempts.deleteMany({ endpoint: endpointId });
  }

  @Post(':id(^[0-9a-f-]+)::rotate-secret')
  @HttpCode(200)
  @ApiOperation({ summary: 'A new secret; messages are signed with the one before as well until it expires' })
  @ApiResponse({ status: 200, standardSchema: secretSchema })
  async rotate(
    @Param('id', { schema: id }) endpointId: string,
    @Body({ schema: rotationSchema.default({ overlap_hours: 24 }) }) { overlap_hours }: z.infer<typeof rotationSchema>,
  ): Promise<z.infer<typeof secretSchema>> {
    const { secrets } = await this.found(endpointId);
    const secret = newWebhookSecret();
    const now = new Date();
    const until = new Date(now.getTime() + overlap_hours * HOUR_MS);
    const before = secrets
      .filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
      .map(each => ({ ...each, expiresAt: each.expiresAt && each.expiresAt < until ? each.expiresAt : until }));
    await this.dispatcher.store.endpoints.updateOne(
      { _id: endpointId },
      { $set: { secrets: [this.dispatcher.secrets.sealed(endpointId, secret), ...before] } },
    );
    this.context.logger.info({ webhook: endpointId }, 'webhook secret rotated');
    return { secret, previous_expires_at: until.toISOString() };
  }

  @Post(':id(^[0-9a-f-]+)::test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a message of type webhook.test now, and say how that went' })
  @ApiResponse({ status: 200, standardSchema: testSchema })
  async test(@Param('id', { schema: id }) endpointId: string): Promise<z.infer<typeof testSchema>> {
    const endpoint = await this.found(endpointId);
    const type = 'webhook.test';
    const body = webhookBody(type, new Date(), { message: 'This is a test. Nothing has happened.' });
    const result = await this.dispatcher.sendNow(endpoint, { _id: `msg_${randomUUID()}`, type, body });
    return {
      delivered: result.error === null,
      http_status: result.status,
      error: result.error,
      latency_ms: Math.round(result.latencyMs),
    };
  }

  @Post(':id(^[0-9a-f-]+)::replay')
  @HttpCode(202)
  @ApiOperation({ summary: 'Tell again what happened since a moment, at most 30 days ago, under the ids it had' })
  @ApiResponse({ status: 202, standardSchema: replayedSchema })
  async replay(
    @Param('id', { schema: id }) endpointId: string,
    @Body({ schema: replaySchema }) { since }: z.infer<typeof replaySchema>,
  ): Promise<z.infer<typeof replayedSchema>> {
    const endpoint = await this.found(endpointId);
    if (endpoint.status === 'disabled')
      throw new ProblemException({ status: 409, detail: 'The endpoint is disabled. Enable it first.' });
    if (Date.parse(since) < Date.now() - WEBHOOK_RETENTION_MS)
      throw new ProblemException({ status: 410, detail: 'since: lies over 30 days back, events are kept that long.' });
    const messages = await replayEvents(this.dispatcher.store, endpoint, new Date(since));
    this.dispatcher.notify();
    return { messages };
  }

  @Get(':id/deliveries')
  @ApiOperation({ summary: 'The newest attempts, and how much waits; kept for 30 days' })
  @ApiResponse({ status: 200, standardSchema: deliveriesSchema })
  async deliveries(
    @Param('id', { schema: id }) endpointId: string,
    @Query({ schema: limitSchema }) { limit }: z.infer<typeof limitSchema>,
  ): Promise<z.infer<typeof deliveriesSchema>> {
    await this.found(endpointId);
    const { attempts, queues } = this.dispatcher.store;
    const [log, waiting] = await Promise.all([
      attempts.find({ endpoint: endpointId }, { sort: { at: -1 }, limit }).toArray(),
      queues.countDocuments({ endpoint: endpointId }),
    ]);
    const deliveries = log.map(({ message, type, at, outcome, httpStatus, error, latencyMs }) => ({
      webhook_id: message,
      type,
      at: at.toISOString(),
      outcome,
      http_status: httpStatus,
      error,
      latency_ms: latencyMs,
    }));
    return { deliveries, waiting };
  }

  private addressOf(url: string): string {
    try {
      return this.dispatcher.sender.checked(url).href;
    } catch (error) {
      if (error instanceof WebhookAddressError)
        throw new ProblemException({
          status: 400,
          detail: error.message,
          errors: [{ field: 'url', message: error.message }],
        });
      throw error;
    }
  }

  /** By the database's clock, as the moments of events are. */
  private async now(): Promise<Date | undefined> {
    const [found] = await this.dispatcher.store.cursors
      .aggregate<{ now: Date }>([{ $limit: 1 }, { $project: { now: '$$NOW' } }])
      .toArray();
    return found?.now;
  }

  private async found(endpointId: string): Promise<WebhookEndpoint> {
    const endpoint = await this.dispatcher.store.endpoints.findOne({ _id: endpointId });
    if (!endpoint) throw unknownEndpoint(endpointId);
    return endpoint;
  }
}

function unknownEndpoint(endpointId: string): ProblemException {
  return new ProblemException({
    status: 404,
    detail: `There is no webhook ${JSON.stringify(endpointId)}. GET /v1/webhooks lists them.`,
  });
}
