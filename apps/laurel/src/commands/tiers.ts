import { readSettings } from '@laurel/service';
import { Command } from 'commander';
import { z } from 'zod';
import { LaurelApi } from '../api/laurel-api.js';
import { runCommand } from '../terminal/run-command.js';

/** `laurel tiers explain CUSTOMER` */
export function tiersCommand(): Command {
  const command = new Command('tiers').description('loyalty tiers');
  command
    .command('explain')
    .description('why a customer has their tier, and the smallest change that moves them up')
    .argument('<customer>', "the customer's id")
    .option('--json', 'print as JSON')
    .action((customer: string, options: { json?: boolean }) =>
      runCommand(async () => {
        const path = `/v1/customers/${encodeURIComponent(customer)}/tier/explanation`;
        const answer = await new LaurelApi(readSettings()).json('clustering-service', 'GET', path, z.looseObject({}));
        process.stdout.write(`${options.json ? JSON.stringify(answer) : outline(answer)}\n`);
      }),
    );
  return command;
}

function outline(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, field]) => {
      const name = Array.isArray(value) ? '-' : `${key.replaceAll('_', ' ')}:`;
      const nested = typeof field === 'object' && field !== null;
      return `${indent}${name}${nested ? `\n${outline(field, `${indent}  `)}` : ` ${String(field)}`}`;
    })
    .join('\n');
}
