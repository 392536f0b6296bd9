import { DEMAND_METHODS, forecastDemand, readOrderLines, type DemandForecast } from '@laurel/learning';
import { Command } from 'commander';
import { runCommand } from '../terminal/run-command.js';
import { table } from '../terminal/table.js';
import { wholeNumberFrom } from './whole-number.js';

const SHOWN = 10;

/** `laurel demand --orders FILE --weeks 4` */
export function demandCommand(): Command {
  return new Command('demand')
    .description('how much of each product will be bought a week, and how well that could have been told before')
    .requiredOption('--orders <file>', 'order lines as CSV: customer,order,placed_at,item,quantity')
    .option('--weeks <n>', 'weeks to look ahead', wholeNumberFrom(1), 4)
    .option('--json', 'print as JSON, with every product')
    .action(({ orders, weeks, json }: { orders: string; weeks: number; json?: boolean }) =>
      runCommand(async () => {
        const found = forecastDemand(await readOrderLines(orders), weeks);
        process.stdout.write(json ? `${JSON.stringify(found)}\n` : `${asText(found)}\n`);
      }),
    );
}

function asText({ weeks, horizon, mase, best, products }: DemandForecast): string {
  const errors = DEMAND_METHODS.map(method => [method === best ? `${method} *` : method, mase[method].toFixed(3)]);
  const rows = products
    .slice(0, SHOWN)
    .map(({ productId, weekly }) => [productId, ...weekly.map(quantity => quantity.toFixed(1))]);
  const ahead = Array.from({ length: horizon }, (_, week) => `week ${week + 1}`);
  return [
    table(['method', 'MASE'], errors),
    `Tested on the last ${horizon} of ${weeks} weeks; * had the lowest error in the ${horizon} before. 1 is the error of taking each week for the next.`,
    table(['product', ...ahead], rows),
    `${products.length} products sell often enough (--json shows all).`,
  ].join('\n');
}
