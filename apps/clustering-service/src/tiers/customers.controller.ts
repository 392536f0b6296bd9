import { ProblemException, SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AudienceFacts } from '../audiences/audience-facts.js';
import { consentHistorySchema } from '../audiences/contact/consent-history.js';
import { AuditLog } from '../audit/audit-log.js';
import { Authorization } from '../audit/authorization.js';
import { OutlookService } from '../outlook/outlook-service.js';
import { explainTier } from './explain-tier.js';
import { modelExplanationSchema } from './explanation-view.js';
import { TIER_FEATURES } from './tier-features.js';
import { TierPipeline } from './tier-pipeline.js';
import {
  customerTierSchema,
  customerTierView,
  tierRowSchema,
  tierRowView,
  type CustomerTierView,
} from './tier-views.js';
import { type Tier, TIERS } from './tier.js';
import type { TierCustomer } from './tier-store.js';

const MOST_IDS = 10_000;

const customerId = z.string().min(1);

const batchSchema = z.object({
  customer_ids: z
    .array(customerId)
    .min(1, 'customer_ids: at least one id was expected')
    .max(MOST_IDS, `customer_ids: at most ${MOST_IDS} ids a request`),
});

const batchAnswerSchema = z.object({
  tiers: z.array(customerTierSchema),
  unknown: z.array(z.string()),
  as_of: z.string(),
  model_version: z.string().nullable(),
});

const pinSchema = z.object({
  tier: z.enum(TIERS, `tier: one of ${TIERS.join(', ')} was expected`),
  reason: z.string().min(1, 'reason: say why, it is kept with the tier').max(500),
});

const historySchema = z.object({ customer_id: z.string(), history: z.array(tierRowSchema) });

const explanationSchema = z.object({
  customer_id: z.string(),
  tier: z.enum(TIERS),
  source: z.string(),
  reason: z.string(),
  model_version: z.string().nullable(),
  features: z.record(z.enum(TIER_FEATURES), z.number()),
  model: modelExplanationSchema.nullable().meta({ description: 'null before any model was trained' }),
});

/** One customer's tier: now, over time, and why. */
@ApiTags('customers')
@Controller('v1/customers')
export class CustomersController {
  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    private readonly pipeline: TierPipeline,
    private readonly audit: AuditLog,
    private readonly outlook: OutlookService,
    private readonly facts: AudienceFacts,
  ) {}

  @Get(':id/tier')
  @ApiOperation({ summary: "A customer's tier now" })
  @ApiResponse({ status: 200, standardSchema: customerTierSchema })
  @ApiResponse({ status: 404, description: 'Not a known customer' })
  async tier(
    @Param('id', { schema: customerId }) id: string,
    @Authorization() authorization: string | undefined,
  ): Promise<CustomerTierView> {
    const view = await this.tierOf(id);
    await this.audit.note(authorization, { action: 'customer.tier', customer: id, records: 1 });
    return view;
  }

  @Get(':id/tier/history')
  @ApiOperation({ summary: 'Every period of the tier, the newest first' })
  @ApiResponse({ status: 200, standardSchema: historySchema })
  async history(
    @Param('id', { schema: customerId }) id: string,
    @Authorization() authorization: string | undefined,
  ): Promise<z.infer<typeof historySchema>> {
    const rows = await this.pipeline.store.rows
      .find({ customer_id: id, reason_type: { $ne: 'erased' } }, { sort: { effective_from: -1 } })
      .toArray();
    if (rows.length === 0) throw unknownCustomer(id);
    await this.audit.note(authorization, { action: 'customer.history', customer: id, records: 1 });
    return { customer_id: id, history: rows.map(tierRowView) };
  }

  @Get(':id/tier/explanation')
  @ApiOperation({ summary: 'Why this tier, feature by feature, and the smallest change that moves up' })
  @ApiResponse({ status: 200, standardSchema: explanationSchema })
  async explanation(
    @Param('id', { schema: customerId }) id: string,
    @Authorization() authorization: string | undefined,
  ): Promise<z.infer<typeof explanationSchema>> {
    const { known, standing } = await this.customer(id);
    if (!known || !standing) throw unknownCustomer(id);
    const row = await this.pipeline.store.rows.findOne({ customer_id: id, effective_to: null });
    const model = this.pipeline.live().modelFor(id);
    await this.audit.note(authorization, { action: 'customer.explanation', customer: id, records: 1 });
    return {
      customer_id: id,
      tier: standing.tier,
      source: standing.source,
      reason: row?.reason ?? '',
      model_version: model ? String(model.version) : null,
      features: known.features,
      model: model
        ? { ...explainTier(model.model, known.features, standing.tier, this.pipeline.configuration.policy) }
        : null,
    };
  }

  @Get(':id/consent/history')
  @ApiOperation({ summary: 'What the customer answered about the use of their data over time, the newest first' })
  @ApiResponse({ status: 200, standardSchema: consentHistorySchema })
  async consents(
    @Param('id', { schema: customerId }) id: string,
    @Authorization() authorization: string | undefined,
  ): Promise<z.infer<typeof consentHistorySchema>> {
    const history = await this.facts.consents.of(id);
    if (history.length === 0)
      throw new ProblemException({ status: 404, detail: `No consent of customer ${JSON.stringify(id)} is known.` });
    await this.audit.note(authorization, { action: 'customer.consent', customer: id, records: 1 });
    return { customer_id: id, history };
  }

  @Post('tiers::batch')
  @HttpCode(200)
  @ApiOperation({ summary: `The tiers of up to ${MOST_IDS.toLocaleString('en')} customers` })
  @ApiResponse({ status: 200, standardSchema: batchAnswerSchema })
  async batch(
    @Body({ schema: batchSchema }) { customer_ids }: z.infer<typeof batchSchema>,
    @Authorization() authorization: string | undefined,
  ): Promise<z.infer<typeof batchAnswerSchema>> {
    const clock = await this.pipeline.store.clock();
    const found = await this.pipeline.store.customers.find({ _id: { $in: customer_ids } }).toArray();
    const tiers = found.flatMap(customer => this.viewOf(customer) ?? []);
    await this.audit.note(authorization, { action: 'tiers.batch', records: tiers.length });
    const known = new Set(tiers.map(view => view.customer_id));
    return {
      tiers,
      unknown: [...new Set(customer_ids)].filter(id => !known.has(id)),
      as_of: clock.at.toISOString(),
      model_version: clock.modelVersion,
    };
  }

  @Put(':id/tier/pin')
  @ApiOperation({ summary: 'Set the tier by hand until the pin is taken away (admin)' })
  @ApiResponse({ status: 200, standardSchema: customerTierSchema })
  async pin(
    @Param('id', { schema: customerId }) id: string,
    @Body({ schema: pinSchema }) { tier, reason }: z.infer<typeof pinSchema>,
    @Authorization() authorization: string | undefined,
  ): Promise<CustomerTierView> {
    return this.setPin(id, { tier, reason, at: new Date() }, authorization);
  }

  @Delete(':id/tier/pin')
  @ApiOperation({ summary: 'Take the pin away: the model decides again (admin)' })
  @ApiResponse({ status: 200, standardSchema: customerTierSchema })
  async unpin(
    @Param('id', { schema: customerId }) id: string,
    @Authorization() authorization: string | undefined,
  ): Promise<CustomerTierView> {
    return this.setPin(id, null, authorization);
  }

  private async setPin(
    id: string,
    pin: { tier: Tier; reason: string; at: Date } | null,
    authorization: string | undefined,
  ): Promise<CustomerTierView> {
    const { matchedCount } = await this.pipeline.store.customers.updateOne({ _id: id }, { $set: { pin, stale: true } });
    if (matchedCount === 0) throw unknownCustomer(id);
    this.context.logger.info({ customer: id, pinned: pin?.tier ?? null }, 'tier pin changed');
    const detail = pin?.tier ?? 'taken away';
    await this.audit.note(authorization, { action: 'customer.pin', customer: id, detail, records: 1 });
    await this.pipeline.decideNow([id]);
    return this.tierOf(id);
  }

  private async tierOf(id: string): Promise<CustomerTierView> {
    const view = this.viewOf(await this.customer(id));
    if (!view) throw unknownCustomer(id);
    return view;
  }

  private async customer(id: string): Promise<TierCustomer> {
    const customer = await this.pipeline.store.customers.findOne({ _id: id });
    if (!customer) throw unknownCustomer(id);
    return customer;
  }

  private viewOf(customer: TierCustomer): CustomerTierView | undefined {
    const { tiers, outlook } = this.pipeline.configuration;
    return customerTierView(
      customer,
      tier => tiers[tier].perks,
      known => {
        const expected = this.outlook.of(known);
        return { ...expected, horizonDays: outlook.rules.horizonDays, playbook: this.outlook.playbookOf(expected) };
      },
    );
  }
}

function unknownCustomer(id: string): ProblemException {
  return new ProblemException({
    status: 404,
    detail: `Customer ${JSON.stringify(id)} has no tier: nothing is known of them.`,
  });
}
