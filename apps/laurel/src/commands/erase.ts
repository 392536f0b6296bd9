import { readSettings } from '@laurel/service';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { LaurelApi } from '../api/laurel-api.js';
import { runCommand } from '../terminal/run-command.js';

const receiptSchema = z.looseObject({ status: z.enum(['complete', 'pending']), waiting_for: z.array(z.string()) });
const presenceSchema = z.looseObject({ present: z.boolean().nullable(), waiting_for: z.array(z.string()) });

/** `laurel erase CUSTOMER` */
export function eraseCommand(): Command {
  return new Command('erase')
    .description(
      "remove all that Laurel holds of a customer and print the receipt (the shop's own database is the shop's to clear)",
    )
    .argument('<customer>', "the customer's id")
    .option('--check', 'erase nothing: print what is still held, and end with exit code 1 where any of it stays')
    .option(
      '--wait <seconds>',
      'how long to wait for every service, at most 50; an erasure goes on by itself',
      seconds,
      50,
    )
    .option('--json', 'print as JSON on one line')
    .action((customer: string, options: { check?: boolean; wait: number; json?: boolean }) =>
      runCommand(async () => {
        const api = new LaurelApi(readSettings());
        const id = encodeURIComponent(customer);
        const headers = { prefer: `wait=${options.wait}` };
        const answer = options.check
          ? await api.json('clustering-service', 'GET', `/v1/subjects/${id}/presence`, presenceSchema, { headers })
          : await api.json('clustering-service', 'DELETE', `/v1/customers/${id}`, receiptSchema, { headers });
        process.stdout.write(`${JSON.stringify(answer, null, options.json ? undefined : 2)}\n`);
        if (answer.waiting_for.length > 0)
          process.stderr.write(`No answer yet from ${answer.waiting_for.join(', ')}.\n`);
        if ('present' in answer && answer['present'] !== false) process.exitCode = 1;
      }),
    );
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 50) return value;
  throw new InvalidArgumentError('A whole number from 0 to 50 was expected.');
}
