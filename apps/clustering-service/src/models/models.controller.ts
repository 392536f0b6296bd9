import { ArtifactMismatchError, ModelChangeError, ModelNotFoundError, type ServingState } from '@laurel/learning';
import { ProblemException, SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { TierPipeline } from '../tiers/tier-pipeline.js';
import { USER_CLUSTERS } from './live-tier-models.js';
import { MODEL_NAMES, TUNABLE_MODELS } from './model-names.js';
import { ModelShelf } from './model-shelf.js';
import {
  modelsSchema,
  modelVersionView,
  servingSchema,
  servingView,
  trainingRunSchema,
  trainingRunView,
  trialsSchema,
  trialView,
} from './model-views.js';
import {
  InstanceError,
  predict,
  predictionAnswerSchema,
  predictionRequestSchema,
  readInstance,
  type Instance,
} from './prediction.js';
import { type DryRun, dryRunSchema, PromotionDryRun } from './promotion-dry-run.js';

const name = z.string().meta({ enum: [...MODEL_NAMES] });
const version = z.coerce
  .number({ error: 'version: a whole number was expected' })
  .int('version: a whole number was expected')
  .min(1);

const tuningSchema = z.object({
  budget_seconds: z
    .number({ error: 'budget_seconds: a number of seconds was expected' })
    .min(1, 'budget_seconds: 1 to 86400')
    .max(86_400, 'budget_seconds: 1 to 86400'),
});

const exportSchema = z.object({
  uri: z
    .string({ error: 'uri: a place in Cloud Storage was expected, such as gs://bucket/path' })
    .regex(
      /^gs:\/\/[a-z0-9][a-z0-9._-]+\/[\w./-]+$/,
      'uri: gs://bucket/path of letters, digits, dots, dashes and underscores was expected',
    ),
});

const trafficSchema = z.object({
  traffic: z.array(
    z.object({
      version: z.number().int().min(1),
      percent: z.number().min(0, 'percent: 0 to 100').max(100, 'percent: 0 to 100'),
    }),
    { error: 'traffic: a list of {version, percent} was expected' },
  ),
});

/** `/v1/models` and `/v1/training-runs`: training, versions, what serves, and predictions. */
@ApiTags('models')
@Controller('v1')
export class ModelsController {
  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    private readonly shelf: ModelShelf,
    private readonly pipeline: TierPipeline,
  ) {}

  @Get('models')
  @ApiOperation({ summary: 'Every version of every model, the newest first' })
  @ApiResponse({ status: 200, standardSchema: modelsSchema })
  async models(): Promise<z.infer<typeof modelsSchema>> {
    const models = MODEL_NAMES.map(async model => {
      const [records, state] = await Promise.all([this.shelf.registry.list(model), this.shelf.registry.serving(model)]);
      return {
        name: model,
        live: state?.live ?? null,
        traffic: state?.traffic ?? [],
        versions: records.map(modelVersionView),
      };
    });
    return { models: await Promise.all(models) };
  }

  @Post('models/user_clusters::predict')
  @HttpCode(200)
  @ApiOperation({ summary: "Nearest centroids, in Vertex AI's shape" })
  @ApiResponse({ status: 200, standardSchema: predictionAnswerSchema })
  async predict(
    @Body({ schema: predictionRequestSchema }) { instances }: z.infer<typeof predictionRequestSchema>,
  ): Promise<z.infer<typeof predictionAnswerSchema>> {
    const live = this.pipeline.live().live;
    if (!live)
      throw new ProblemException({
        status: 409,
        detail: `No version of ${USER_CLUSTERS} is live yet. Train one: POST /v1/models/${USER_CLUSTERS}:train`,
      });
    const read = instances.map(readInstanceOrRefuse);
    const ids = read.flatMap(instance => ('customerId' in instance ? [instance.customerId] : []));
    const found = await this.pipeline.store.customers
      .find({ _id: { $in: ids } }, { projection: { known: 1 } })
      .toArray();
    const features = new Map(found.flatMap(({ _id, known }) => (known ? [[_id, known.features] as const] : [])));
    return {
      predictions: read.map((instance, index) => {
        const own = 'features' in instance ? instance.features : features.get(instance.customerId);
        if (!own) throw badInstance(index, 'user_pseudo_id', 'not a known customer');
        return predict(live.model, own);
      }),
      deployedModelId: `${USER_CLUSTERS}-${live.version}`,
      model: `models/${USER_CLUSTERS}`,
      modelDisplayName: USER_CLUSTERS,
      modelVersionId: String(live.version),
    };
  }

  @Post('models/:name(^[a-z_]+)::train')
  @HttpCode(202)
  @ApiOperation({ summary: 'Queue a training; follow it by its status_url' })
  @ApiResponse({ status: 202, standardSchema: trainingRunSchema })
  async train(
    @Param('name', { schema: name }) model: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof trainingRunSchema>> {
    const id = await this.shelf.runs.request(knownModel(model), { reason: 'request' });
    this.context.logger.info({ model, run: id }, 'training requested');
    const view = await this.run(id);
    reply.header('location', view.status_url);
    return view;
  }

  @Post('models/:name(^[a-z_]+)::tune')
  @HttpCode(202)
  @ApiOperation({ summary: 'Queue a search for better settings; follow it by its status_url' })
  @ApiResponse({ status: 202, standardSchema: trainingRunSchema })
  async tune(
    @Param('name', { schema: name }) model: string,
    @Body({ schema: tuningSchema }) { budget_seconds }: z.infer<typeof tuningSchema>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof trainingRunSchema>> {
    const tune = { budgetSeconds: budget_seconds };
    const view = await this.run(await this.shelf.runs.request(tunableModel(model), { reason: 'request', tune }));
    reply.header('location', view.status_url);
    return view;
  }

  @Post('models/:name(^[a-z_]+)::export')
  @HttpCode(202)
  @ApiOperation({ summary: 'Write the newest model of BigQuery ML to Cloud Storage; follow it by its status_url' })
  @ApiResponse({ status: 202, standardSchema: trainingRunSchema })
  async export(
    @Param('name', { schema: name }) model: string,
    @Body({ schema: exportSchema }) { uri }: z.infer<typeof exportSchema>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof trainingRunSchema>> {
    const view = await this.run(
      await this.shelf.runs.request(knownModel(model), { reason: 'request', export: { uri } }),
    );
    reply.header('location', view.status_url);
    return view;
  }

  @Get('models/:name/trials')
  @ApiOperation({ summary: 'What tuning tried, on the most customers first, then the best' })
  @ApiResponse({ status: 200, standardSchema: trialsSchema })
  async trials(@Param('name', { schema: name }) model: string): Promise<z.infer<typeof trialsSchema>> {
    const trials = await this.shelf.trials.list(tunableModel(model));
    return { trials: trials.map(trialView) };
  }

  @Get('training-runs/:id')
  @ApiOperation({ summary: 'How far a training is, and how it ended' })
  @ApiResponse({ status: 200, standardSchema: trainingRunSchema })
  async run(@Param('id', { schema: z.string() }) id: string): Promise<z.infer<typeof trainingRunSchema>> {
    const run = await this.shelf.runs.get(id);
    if (!run) throw new ProblemException({ status: 404, detail: `There is no training run ${JSON.stringify(id)}.` });
    const record = run.version === undefined ? undefined : await this.shelf.registry.get(run.name, run.version);
    return trainingRunView(run, record);
  }

  @Get('models/user_clusters/versions/:version(^[0-9]+)/dry-run')
  @ApiOperation({ summary: 'What making a version the live one would do: transitions, revenue at risk, messages' })
  @ApiResponse({ status: 200, standardSchema: dryRunSchema })
  async dryRun(@Param('version', { schema: version }) number: number): Promise<DryRun> {
    const { policy } = this.pipeline.configuration;
    const model = await this.shelf.tierModel(number).catch(asProblem);
    const dryRun = new PromotionDryRun(number, model, policy, this.context.settings.featureWindowDays, new Date());
    for await (const customer of this.pipeline.store.customers.find({}, { batchSize: 1000 })) dryRun.add(customer);
    return dryRun.result();
  }

  @Post('models/:name/versions/:version(^[0-9]+)::promote')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make a version the live one' })
  @ApiResponse({ status: 200, standardSchema: servingSchema })
  async promote(
    @Param('name', { schema: name }) model: string,
    @Param('version', { schema: version }) number: number,
  ): Promise<z.infer<typeof servingSchema>> {
    return this.change(() => this.shelf.registry.promote(knownModel(model), number, 'promoted by hand'));
  }

  @Post('models/:name(^[a-z_]+)::rollback')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make the version that was live before live again' })
  @ApiResponse({ status: 200, standardSchema: servingSchema })
  async rollback(@Param('name', { schema: name }) model: string): Promise<z.infer<typeof servingSchema>> {
    return this.change(() => this.shelf.registry.rollback(knownModel(model)));
  }

  @Put('models/:name/traffic')
  @ApiOperation({ summary: 'Split the customers between versions; the rest gets the live one' })
  @ApiResponse({ status: 200, standardSchema: servingSchema })
  async traffic(
    @Param('name', { schema: name }) model: string,
    @Body({ schema: trafficSchema }) { traffic }: z.infer<typeof trafficSchema>,
  ): Promise<z.infer<typeof servingSchema>> {
    return this.change(() => this.shelf.registry.setTraffic(knownModel(model), traffic));
  }

  private async change(work: () => Promise<ServingState>): Promise<z.infer<typeof servingSchema>> {
    try {
      const state = await work();
      this.context.logger.info(
        { model: state.name, version: state.live, traffic: state.traffic },
        'what serves was changed',
      );
      return servingView(state);
    } catch (error) {
      return asProblem(error);
    }
  }
}

function asProblem(error: unknown): never {
  if (error instanceof ModelNotFoundError) throw new ProblemException({ status: 404, detail: error.message });
  if (error instanceof ModelChangeError || error instanceof ArtifactMismatchError)
    throw new ProblemException({ status: 409, detail: error.message });
  throw error;
}

function knownModel(model: string): string {
  return oneOf(MODEL_NAMES, model, 'There is no model');
}

function tunableModel(model: string): string {
  return oneOf(TUNABLE_MODELS, model, 'There is no tuning of');
}

function oneOf(names: readonly string[], model: string, otherwise: string): string {
  if (names.includes(model)) return model;
  throw new ProblemException({
    status: 404,
    detail: `${otherwise} ${JSON.stringify(model)}. Allowed: ${names.join(', ')}.`,
  });
}

function readInstanceOrRefuse(instance: unknown, index: number): Instance {
  try {
    return readInstance(instance, index);
  } catch (error) {
    if (error instanceof InstanceError) throw new ProblemException({ status: 400, detail: error.message });
    throw error;
  }
}

function badInstance(index: number, field: string, message: string): ProblemException {
  const path = `instances[${index}].${field}`;
  return new ProblemException({ status: 400, detail: `${path}: ${message}`, errors: [{ field: path, message }] });
}
