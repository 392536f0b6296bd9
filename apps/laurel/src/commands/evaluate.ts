import { open, type FileHandle } from 'node:fs/promises';
import { evaluateCandidates, readInterests, readSplit, readTiers, type EvaluationReport } from '@laurel/learning';
import { Command } from 'commander';
import { evaluationPage } from '../evaluation/evaluation-page.js';
import { testedOf } from '../evaluation/tested-of.js';
import { Progress } from '../terminal/progress.js';
import { runCommand } from '../terminal/run-command.js';
import { table } from '../terminal/table.js';
import { wholeNumberFrom } from './whole-number.js';

const USAGE_ERROR = 2;

interface EvaluateOptions {
  split: string;
  seed: number;
  json?: boolean;
  html?: string;
  tiers?: string;
}

/** `laurel evaluate --split DIR`: every recommendation model, tuned and tested on a split of any shop. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('tune every recommendation model on a split of purchases, and test it')
    .requiredOption(
      '--split <dir>',
      'directory with train.csv, validation.csv and test.csv (customer,item,quantity; validation and test hold only new items), and interests.csv where known (customer,item,kind: view or cart)',
    )
    .option('--seed <n>', 'seed of everything random; the same seed gives the same figures', wholeNumberFrom(0), 1)
    .option('--tiers <file>', 'loyalty tiers of customers as CSV (customer,tier): also tell the figures by tier')
    .option('--json', 'print as JSON')
    .option(
      '--html <file>',
      'also write a page with charts, figures by groups of customers and products, and what the data is like',
    )
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE_ERROR))
    .action((options: EvaluateOptions) =>
      runCommand(async () => {
        const page = options.html === undefined ? undefined : await openPage(options.html);
        const progress = new Progress('Evaluating');
        try {
          progress.update(0, 'reading the split');
          const rows = await readSplit(options.split);
          const interests = await readInterests(options.split);
          const tiers = options.tiers === undefined ? undefined : await readTiers(options.tiers);
          const { report } = await evaluateCandidates(
            { kind: 'split', rows, interests, tiers },
            { seed: options.seed, search: 'full', onProgress: (done, stage) => progress.update(done, stage) },
          );
          progress.stop();
          await page?.writeFile(evaluationPage(report));
          process.stdout.write(`${options.json ? JSON.stringify(report) : asTable(report)}\n`);
        } finally {
          progress.stop();
          await page?.close();
        }
      }),
    );
}

/** Opened before the work begins, which takes minutes. */
async function openPage(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`--html ${path} can't be written: ${reason}.`, { cause: error });
  }
}

function asTable(report: EvaluationReport): string {
  const { models, best, seconds } = report;
  const { verdict } = report.data;
  const headings = ['model', 'HR@5', 'NDCG@5', '95 %', 'MAP@5', 'recall@20', 'rank', 'coverage', 'novelty', 'seconds'];
  const rows = Object.entries(models)
    .sort(([, a], [, b]) => b.NDCG5 - a.NDCG5)
    .map(([name, model]) => [
      name === best ? `${name} *` : name,
      ...[model.HR5, model.NDCG5].map(figure),
      model.intervals.NDCG5.map(figure).join('–'),
      ...[model.MAP5, model.recall20, model.meanPercentileRank, model.coverage].map(figure),
      model.novelty.toFixed(2),
      model.seconds.toFixed(2),
    ]);
  return [
    table(headings, rows),
    `${testedOf(report)} customers tested in ${seconds.toFixed(1)} s.`,
    verdict.fit
      ? '* was best on validation, so it is the one to serve.'
      : `The data is too poor to learn from: ${verdict.reason ?? ''}. The figures mean little.`,
  ].join('\n');
}

function figure(value: number): string {
  return value.toFixed(4);
}
