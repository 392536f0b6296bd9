import { readSettings } from '@laurel/service';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { LaurelApi } from '../api/laurel-api.js';
import { Progress } from '../terminal/progress.js';
import { runCommand } from '../terminal/run-command.js';
import { table } from '../terminal/table.js';
import { followRun, MODEL_NAMES } from './train.js';

const trialsSchema = z.object({
  trials: z.array(
    z.looseObject({
      trainer: z.string(),
      parameters: z.record(z.string(), z.unknown()),
      share_of_customers: z.number(),
      score: z.number(),
      figures: z.record(z.string(), z.number()),
      seconds: z.number(),
      tried_at: z.string(),
    }),
  ),
});

type Trials = z.infer<typeof trialsSchema>['trials'];

const SHOWN = 15;
const LONGEST_SECONDS = 86_400;
const UNITS = { s: 1, m: 60, h: 3600 } as const;

/** What can be tuned, as the command line calls it. */
const TUNABLE = ['affinity', 'clusters'] as const;

type Tunable = (typeof TUNABLE)[number];

/** `laurel tune affinity|clusters --budget 10m` */
export function tuneCommand(): Command {
  return new Command('tune')
    .description('search better settings of a model; every trial is kept, and the next training tries the best')
    .addArgument(new Argument('<model>', 'which model').choices(TUNABLE))
    .option('--budget <time>', 'how long to search, such as 90s, 10m or 2h; none shows what was tried', seconds)
    .option('--json', 'print the trials as JSON')
    .action((model: Tunable, { budget, json }: { budget?: number; json?: boolean }) =>
      runCommand(async () => {
        const api = new LaurelApi(readSettings());
        const said = budget === undefined ? undefined : await search(api, model, budget);
        const path = `/v1/models/${MODEL_NAMES[model]}/trials`;
        const { trials } = await api.json('clustering-service', 'GET', path, trialsSchema);
        if (json) process.stdout.write(`${JSON.stringify({ trials })}\n`);
        else process.stdout.write(`${said === undefined ? '' : `${said}\n`}${asTable(model, trials)}\n`);
      }),
    );
}

async function search(api: LaurelApi, model: Tunable, budgetSeconds: number): Promise<string> {
  const progress = new Progress('Tuning');
  const body = { budget_seconds: budgetSeconds };
  const run = await followRun(api, 'Tuning', `/v1/models/${MODEL_NAMES[model]}:tune`, body, {
    onProgress: (done, stage) => progress.update(done, stage),
  }).finally(() => progress.stop());
  return `${run.reason ?? run.status}.`;
}

function asTable(model: Tunable, trials: Trials): string {
  if (trials.length === 0) return `No trials yet: laurel tune ${model} --budget 10m`;
  const figures = Object.keys(trials[0]?.figures ?? {});
  const rows = trials.slice(0, SHOWN).map(trial => [
    trial.trainer,
    `${Math.round(trial.share_of_customers * 100)} %`,
    ...figures.map(name => trial.figures[name]?.toFixed(4) ?? '–'),
    trial.seconds.toFixed(1),
    Object.entries(trial.parameters)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', '),
  ]);
  const headings = ['model', 'customers', ...figures.map(name => name.replaceAll('_', ' ')), 'seconds', 'settings'];
  const more = trials.length > SHOWN ? `\n… and ${trials.length - SHOWN} more (--json shows all)` : '';
  return `${table(headings, rows)}${more}`;
}

/** @throws InvalidArgumentError where it is not a time, or not between a second and a day. */
export function seconds(text: string): number {
  const [, count, unit] = /^(\d+)(s|m|h)$/.exec(text) ?? [];
  const found = unit === 's' || unit === 'm' || unit === 'h' ? Number(count) * UNITS[unit] : NaN;
  if (found >= 1 && found <= LONGEST_SECONDS) return found;
  throw new InvalidArgumentError(
    `a time from 1s to 24h was expected: a whole number with s, m or h, such as 90s or 10m.`,
  );
}
