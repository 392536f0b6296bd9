import { readSettings } from '@laurel/service';
import { Command } from 'commander';
import { z } from 'zod';
import { LaurelApi } from '../api/laurel-api.js';
import { runCommand } from '../terminal/run-command.js';

/** `laurel erase CUSTOMER` */
export function eraseCommand(): Command {
  return new Command('erase')
    .description(
      "remove what Laurel holds of a customer and print the receipt (the shop's own database is the shop's to clear)",
    )
    .argument('<customer>', "the customer's id")
    .action((customer: string) =>
      runCommand(async () => {
        const path = `/v1/customers/${encodeURIComponent(customer)}`;
        const receipt = await new LaurelApi(readSettings()).json(
          'clustering-service',
          'DELETE',
          path,
          z.looseObject({}),
        );
        process.stdout.write(`${JSON.stringify(receipt, null, 2)}\n`);
      }),
    );
}
