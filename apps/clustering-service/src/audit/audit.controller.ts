import { AUDIT_ACTIONS } from '@laurel/service';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { auditEntrySchema } from './audit-entry.js';
import { AuditLog } from './audit-log.js';

const MOST_ENTRIES = 1000;
const LIMIT_EXPECTED = `limit: a whole number from 1 to ${MOST_ENTRIES} was expected`;

function moment(name: string) {
  return z.iso
    .datetime({ offset: true, error: `${name}: an RFC 3339 moment such as 2026-01-31T00:00:00Z was expected` })
    .optional();
}

const querySchema = z.object({
  scope: z.string().optional(),
  action: z.enum(AUDIT_ACTIONS, `action: one of ${AUDIT_ACTIONS.join(', ')} was expected`).optional(),
  customer: z.string().optional().meta({ description: 'Also of an erased customer, whose id the log does not hold' }),
  segment: z.string().optional(),
  audience: z.string().optional(),
  since: moment('since'),
  until: moment('until'),
  cursor: z
    .string()
    .regex(/^[0-9a-f]{24}$/, 'cursor: next of the page before was expected')
    .optional(),
  limit: z.coerce
    .number({ error: LIMIT_EXPECTED })
    .int(LIMIT_EXPECTED)
    .min(1, LIMIT_EXPECTED)
    .max(MOST_ENTRIES, LIMIT_EXPECTED)
    .default(100),
});

const pageSchema = z.object({ entries: z.array(auditEntrySchema), next: z.string().nullable() });

/** `/v1/audit`: who pulled or exported whose data (admin). */
@ApiTags('audit')
@Controller('v1/audit')
export class AuditController {
  constructor(private readonly log: AuditLog) {}

  @Get()
  @ApiOperation({ summary: 'Who pulled or exported whose data, the newest first (admin)' })
  @ApiResponse({ status: 200, standardSchema: pageSchema })
  async entries(
    @Query({ schema: querySchema }) query: z.infer<typeof querySchema>,
  ): Promise<z.infer<typeof pageSchema>> {
    const { scope, action, customer, segment, audience, since, until, cursor, limit } = query;
    const found = await this.log.find({
      ...(scope !== undefined && { scope }),
      ...(action !== undefined && { action }),
      ...(customer !== undefined && { customer }),
      ...(segment !== undefined && { segment }),
      ...(audience !== undefined && { audience }),
      ...(since !== undefined && { since: new Date(since) }),
      ...(until !== undefined && { until: new Date(until) }),
      ...(cursor !== undefined && { after: cursor }),
      limit: limit + 1,
    });
    const entries = found.slice(0, limit).map(({ _id, at, expireAt: _, ...entry }) => ({
      id: _id.toHexString(),
      at: at.toISOString(),
      ...entry,
    }));
    return { entries, next: found.length > limit ? (entries.at(-1)?.id ?? null) : null };
  }
}
