import { readSettings } from '@laurel/service';
import { Command } from 'commander';
import type { z } from 'zod';
import { LaurelApi } from '../api/laurel-api.js';
import { runCommand } from '../terminal/run-command.js';
import { table } from '../terminal/table.js';

/** A list that the clustering service gives, and how it is shown. */
export interface Listing<T> {
  description: string;
  path: string;
  schema: z.ZodType<T>;
  headings: readonly string[];
  rows(answer: T): readonly (readonly (string | number)[])[];
  /** What is said where there are no rows. */
  none: string;
}

/** The command `list`: prints a table, or with `--json` the answer as it came. */
export function listCommand<T>({ description, path, schema, headings, rows, none }: Listing<T>): Command {
  return new Command('list')
    .description(description)
    .option('--json', 'print as JSON')
    .action((options: { json?: boolean }) =>
      runCommand(async () => {
        const answer = await new LaurelApi(readSettings()).json('clustering-service', 'GET', path, schema);
        const found = rows(answer);
        const text = found.length > 0 ? table(headings, found) : none;
        process.stdout.write(`${options.json ? JSON.stringify(answer) : text}\n`);
      }),
    );
}
