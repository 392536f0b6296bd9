import { readSettings } from '@laurel/service';
import { Command } from 'commander';
import { z } from 'zod';
import { LaurelApi } from '../api/laurel-api.js';
import { Progress } from '../terminal/progress.js';
import { runCommand } from '../terminal/run-command.js';
import { table } from '../terminal/table.js';
import { listCommand } from './list-command.js';
import { followRun, MODEL_NAMES } from './train.js';
import { wholeNumberFrom } from './whole-number.js';

const modelsSchema = z.object({
  models: z.array(
    z.looseObject({
      name: z.string(),
      versions: z.array(
        z.looseObject({
          version: z.union([z.string(), z.number()]),
          status: z.string(),
          trainer: z.string(),
          trained_at: z.string(),
          metrics: z.record(z.string(), z.unknown()).nullish(),
          reason: z.string().nullish(),
        }),
      ),
    }),
  ),
});

const dryRunSchema = z.looseObject({
  headed_for: z.record(z.string(), z.record(z.string(), z.number())),
  revenue_at_risk: z.object({ customers: z.number(), revenue: z.number(), share: z.number() }),
  messages: z.record(z.string(), z.number()),
});

/** `laurel models list|dry-run|promote|rollback|export` */
export function modelsCommand(): Command {
  const command = new Command('models').description('the model versions: list, promote one, roll back, export');
  command.addCommand(
    listCommand({
      description: 'every version of every model, the live one marked',
      path: '/v1/models',
      schema: modelsSchema,
      headings: ['model', 'version', 'status', 'trainer', 'trained', 'why'],
      rows: ({ models }) =>
        models.flatMap(({ name, versions }) =>
          versions.map(({ version, status, trainer, trained_at, reason }) => [
            name,
            String(version),
            status,
            trainer,
            trained_at,
            reason ?? '',
          ]),
        ),
      none: 'No model yet: laurel train clusters, laurel train affinity',
    }),
  );
  command
    .command('dry-run')
    .description('what making a version of user_clusters the live one would do: transitions, revenue at risk, messages')
    .argument('<version>', 'its version', wholeNumberFrom(1))
    .option('--json', 'print as JSON')
    .action((version: number, options: { json?: boolean }) =>
      runCommand(async () => {
        const path = `/v1/models/user_clusters/versions/${version}/dry-run`;
        const result = await new LaurelApi(readSettings()).json('clustering-service', 'GET', path, dryRunSchema);
        process.stdout.write(`${options.json ? JSON.stringify(result) : dryRunText(result)}\n`);
      }),
    );
  command
    .command('promote')
    .description('make a version the live one')
    .argument('<model>', Object.values(MODEL_NAMES).join(', '))
    .argument('<version>', 'its version', wholeNumberFrom(1))
    .action((model: string, version: number) =>
      runCommand(async () => {
        await new LaurelApi(readSettings()).send(
          'clustering-service',
          'POST',
          `/v1/models/${encodeURIComponent(model)}/versions/${version}:promote`,
        );
        process.stdout.write(`${model} version ${version} is live.\n`);
      }),
    );
  command
    .command('rollback')
    .description('make the version that was live before the live one again')
    .argument('<model>', Object.values(MODEL_NAMES).join(', '))
    .action((model: string) =>
      runCommand(async () => {
        const answer = await new LaurelApi(readSettings()).json(
          'clustering-service',
          'POST',
          `/v1/models/${encodeURIComponent(model)}:rollback`,
          z.looseObject({ version: z.union([z.string(), z.number()]) }),
        );
        process.stdout.write(`${model} version ${answer.version} is live again.\n`);
      }),
    );
  command
    .command('export')
    .description('write the newest model that BigQuery ML trained to Cloud Storage')
    .argument('<model>', 'user_clusters or product_affinity')
    .argument('<uri>', 'where to, such as gs://bucket/path')
    .action((model: string, uri: string) =>
      runCommand(async () => {
        const progress = new Progress(`export ${model}`);
        const path = `/v1/models/${encodeURIComponent(model)}:export`;
        const run = await followRun(
          new LaurelApi(readSettings()),
          `Exporting ${model}`,
          path,
          { uri },
          {
            onProgress: (done, stage) => progress.update(done, stage),
          },
        ).finally(() => progress.stop());
        process.stdout.write(`${model}: ${run.reason ?? run.status}.\n`);
      }),
    );
  return command;
}

function dryRunText({
  headed_for,
  revenue_at_risk: { customers, revenue, share },
  messages,
}: z.infer<typeof dryRunSchema>): string {
  const tiers = Object.keys(headed_for);
  const rows = tiers.map(from => [from, ...tiers.map(to => headed_for[from]?.[to] ?? 0)]);
  const percent = (100 * share).toFixed(1);
  return [
    table(['now \\ headed for', ...tiers], rows),
    `Headed down: ${customers} customers, who made ${revenue} of revenue in the window (${percent} %).`,
    `Told at once: ${Object.entries(messages)
      .map(([type, count]) => `${type} ${count}`)
      .join(', ')}.`,
  ].join('\n');
}
