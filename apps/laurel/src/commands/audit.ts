import { readSettings } from '@laurel/service';
import { Command } from 'commander';
import { z } from 'zod';
import { LaurelApi } from '../api/laurel-api.js';
import { runCommand } from '../terminal/run-command.js';
import { table } from '../terminal/table.js';

const pageSchema = z.object({
  entries: z.array(
    z.looseObject({
      at: z.string(),
      scope: z.string(),
      key: z.string(),
      action: z.string(),
      customer: z.string().nullable(),
      segment: z.string().nullable(),
      audience: z.string().nullable(),
      detail: z.string().nullable(),
      records: z.number().nullable(),
    }),
  ),
  next: z.string().nullable(),
});

/** `laurel audit` */
export function auditCommand(): Command {
  return new Command('audit')
    .description('who pulled or exported whose data, the newest first')
    .option('--customer <id>', 'of one customer, erased or not')
    .option('--segment <tier>', 'of one segment, lower case')
    .option('--audience <id>', 'of one audience')
    .option('--action <action>', 'of one kind, e.g. audience.export')
    .option('--scope <scope>', 'by keys of one scope')
    .option('--since <moment>', 'from then on, RFC 3339')
    .option('--until <moment>', 'before then, RFC 3339')
    .option('--limit <n>', 'at most so many, up to 1,000', '100')
    .option('--json', 'print as JSON on one line')
    .action(({ json, ...query }: Record<string, string> & { json?: true }) =>
      runCommand(async () => {
        const path = `/v1/audit?${new URLSearchParams(query)}`;
        const page = await new LaurelApi(readSettings()).json('clustering-service', 'GET', path, pageSchema);
        const headings = ['at', 'key', 'action', 'whose', 'records'];
        const rows = page.entries.map(({ at, scope, key, action, customer, segment, audience, detail, records }) => [
          at,
          `${scope} ${key}`,
          action,
          [customer, segment, audience, detail].filter(each => each !== null).join(' '),
          records ?? '…',
        ]);
        const text = rows.length > 0 ? table(headings, rows) : 'Nothing was pulled or exported.';
        process.stdout.write(`${json ? JSON.stringify(page) : text}\n`);
      }),
    );
}
