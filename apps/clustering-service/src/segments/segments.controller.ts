import { ProblemException } from '@laurel/service';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AuditLog } from '../audit/audit-log.js';
import { Authorization } from '../audit/authorization.js';
import { TierPipeline } from '../tiers/tier-pipeline.js';
import type { TierClock } from '../tiers/tier-store.js';
import { type Tier, TIERS } from '../tiers/tier.js';
import { etagOf, isNotModified } from './conditional-answer.js';
import { type Cursor, CursorError, readCursor, writeCursor } from './cursor.js';
import { playbookOf } from './playbooks.js';
import { DeltaExpiredError, type SegmentPage, SegmentPages } from './segment-pages.js';

const MOST_MEMBERS = 10_000;

const limit = z.coerce
  .number({ error: `limit: a whole number from 1 to ${MOST_MEMBERS} was expected` })
  .int(`limit: a whole number from 1 to ${MOST_MEMBERS} was expected`)
  .min(1, `limit: a whole number from 1 to ${MOST_MEMBERS} was expected`)
  .max(MOST_MEMBERS, `limit: a whole number from 1 to ${MOST_MEMBERS} was expected`)
  .default(1000);

const membersQuerySchema = z.object({
  limit,
  cursor: z.string().optional().meta({ description: 'next of the page before' }),
  updated_since: z.iso
    .datetime({ offset: true, error: 'updated_since: an RFC 3339 moment such as 2026-01-31T00:00:00Z was expected' })
    .optional()
    .meta({
      description: 'Only who became a member at or after this moment; leavers are not told, use delta for them',
    }),
});

const deltaQuerySchema = z.object({
  limit,
  cursor: z.string().optional().meta({ description: 'next, or from delta_link' }),
});

const tierName = z.string().meta({ enum: TIERS.map(tier => tier.toLowerCase()) });
const moment = z.string().meta({ format: 'date-time' });
const asOf = { as_of: moment, model_version: z.string().nullable() };

const segmentsSchema = z.object({
  segments: z.array(
    z.object({
      tier: z.enum(TIERS),
      members: z.number(),
      perks: z.array(z.string()),
      playbook: z.object({ summary: z.string(), actions: z.array(z.string()) }),
    }),
  ),
  ...asOf,
});

const memberSchema = z.object({
  customer_id: z.string(),
  tier: z.enum(TIERS),
  changed_at: moment,
  decided_at: moment,
  reason_type: z.string(),
  source: z.string(),
  margin: z.number().nullable(),
  model_version: z.string().nullable(),
});

const leaverSchema = z.object({
  customer_id: z.string(),
  removed: z.literal(true),
  reason: z.enum(['changed', 'gone', 'erased']),
  changed_at: moment,
});

const membersSchema = z.object({ members: z.array(memberSchema), next: z.string().nullable(), ...asOf });

const deltaSchema = z.object({
  members: z.array(z.union([memberSchema, leaverSchema])),
  next: z.string().nullable(),
  delta_link: z
    .string()
    .nullable()
    .meta({ description: 'On the last page: where to ask for what changes from now on' }),
  ...asOf,
});

/** `/v1/segments`: the tiers as segments that a CRM pulls. */
@ApiTags('segments')
@Controller('v1/segments')
export class SegmentsController {
  private readonly pages: SegmentPages;

  constructor(
    private readonly pipeline: TierPipeline,
    private readonly audit: AuditLog,
  ) {
    this.pages = new SegmentPages(pipeline.store);
  }

  @Get()
  @ApiOperation({ summary: 'The segments, with their sizes, perks and playbooks' })
  @ApiResponse({ status: 200, standardSchema: segmentsSchema })
  async segments(): Promise<z.infer<typeof segmentsSchema>> {
    const clock = await this.pipeline.store.clock();
    const { configuration } = this.pipeline;
    const model = this.pipeline.live().live?.model;
    return {
      segments: TIERS.map(tier => ({
        tier,
        members: clock.members[tier],
        perks: configuration.tiers[tier].perks,
        playbook: playbookOf(tier, configuration, model),
      })),
      ...statementOf(clock),
    };
  }

  @Get(':tier/members')
  @ApiOperation({ summary: 'The members of a segment, page by page' })
  @ApiResponse({ status: 200, standardSchema: membersSchema })
  @ApiResponse({ status: 304, description: 'As the ETag in If-None-Match' })
  async members(
    @Param('tier', { schema: tierName }) name: string,
    @Query({ schema: membersQuerySchema }) query: z.infer<typeof membersQuerySchema>,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Authorization() authorization: string | undefined,
  ): Promise<z.infer<typeof membersSchema> | undefined> {
    const tier = tierOf(name);
    const cursor = query.cursor === undefined ? undefined : cursorOr(query.cursor, 400);
    if (cursor && (cursor.kind !== 'members' || cursor.tier !== tier || cursor.delta)) throw notForHere(400);
    const clock = await this.pipeline.store.clock();
    if (isNotModified(reply, etagOf('members', tier, query, clock.at, clock.modelVersion))) return undefined;
    const since = cursor
      ? cursor.since
      : query.updated_since === undefined
        ? undefined
        : Date.parse(query.updated_since);
    const page = await this.pages.members(tier, cursor ? new Date(cursor.upto) : clock.at, {
      limit: query.limit,
      ...(since !== undefined && { since: new Date(since) }),
      ...(cursor && { after: cursor.after }),
    });
    await this.audit.note(authorization, { action: 'segment.members', segment: name, records: page.entries.length });
    return { members: page.entries, next: page.next && writeCursor(page.next), ...statementOf(clock, page.asOf) };
  }

  @Get(':tier/members/delta')
  @ApiOperation({
    summary: 'First the whole segment, then, by delta_link, what has changed since: members and tombstones',
  })
  @ApiResponse({ status: 200, standardSchema: deltaSchema })
  @ApiResponse({ status: 304, description: 'As the ETag in If-None-Match' })
  @ApiResponse({ status: 410, description: 'The cursor has expired or is none: begin anew without a cursor' })
  async delta(
    @Param('tier', { schema: tierName }) name: string,
    @Query({ schema: deltaQuerySchema }) query: z.infer<typeof deltaQuerySchema>,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Authorization() authorization: string | undefined,
  ): Promise<z.infer<typeof deltaSchema> | undefined> {
    const tier = tierOf(name);
    const cursor = query.cursor === undefined ? undefined : cursorOr(query.cursor, 410);
    if (cursor && (cursor.tier !== tier || (cursor.kind === 'members' && !cursor.delta))) throw notForHere(410);
    const clock = await this.pipeline.store.clock();
    if (isNotModified(reply, etagOf('delta', tier, query, clock.at, clock.modelVersion))) return undefined;
    const page = await this.deltaPage(tier, cursor, clock, query.limit);
    await this.audit.note(authorization, { action: 'segment.delta', segment: name, records: page.entries.length });
    const next = page.next?.kind === 'members' ? { ...page.next, delta: true } : page.next;
    const on = writeCursor({ kind: 'changes', tier, from: page.asOf.getTime() });
    return {
      members: page.entries,
      next: next && writeCursor(next),
      delta_link: next ? null : `/v1/segments/${name}/members/delta?cursor=${on}`,
      ...statementOf(clock, page.asOf),
    };
  }

  private async deltaPage(
    tier: Tier,
    cursor: Cursor | undefined,
    clock: TierClock,
    size: number,
  ): Promise<SegmentPage<z.infer<typeof memberSchema> | z.infer<typeof leaverSchema>>> {
    if (cursor?.kind !== 'changes') {
      return this.pages.members(tier, cursor ? new Date(cursor.upto) : clock.at, {
        limit: size,
        ...(cursor && { after: cursor.after }),
      });
    }
    const upto = cursor.upto === undefined ? clock.at : new Date(cursor.upto);
    const options = { limit: size, now: new Date(), ...(cursor.after && { after: cursor.after }) };
    try {
      return await this.pages.changes(tier, new Date(cursor.from), upto, options);
    } catch (error) {
      if (error instanceof DeltaExpiredError) throw new ProblemException({ status: 410, detail: error.message });
      throw error;
    }
  }
}

function statementOf(clock: TierClock, at = clock.at): { as_of: string; model_version: string | null } {
  return { as_of: at.toISOString(), model_version: clock.modelVersion };
}

function tierOf(name: string): Tier {
  const tier = TIERS.find(candidate => candidate.toLowerCase() === name);
  if (tier) return tier;
  const allowed = TIERS.map(candidate => candidate.toLowerCase()).join(', ');
  throw new ProblemException({
    status: 404,
    detail: `There is no segment ${JSON.stringify(name)}. Allowed: ${allowed}.`,
  });
}

function cursorOr(text: string, status: 400 | 410): Cursor {
  try {
    return readCursor(text);
  } catch (error) {
    if (error instanceof CursorError)
      throw new ProblemException({ status, detail: `${error.message} Begin anew without a cursor.` });
    throw error;
  }
}

function notForHere(status: 400 | 410): ProblemException {
  return new ProblemException({
    status,
    detail: 'This cursor belongs to another segment or kind of pull. Begin anew without a cursor.',
  });
}
