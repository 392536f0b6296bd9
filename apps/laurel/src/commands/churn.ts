import { forecastChurn, readOrderLines, type ChurnForecast } from '@laurel/learning';
import { Command } from 'commander';
import { runCommand } from '../terminal/run-command.js';
import { table } from '../terminal/table.js';
import { wholeNumberFrom } from './whole-number.js';

/** `laurel churn --orders FILE --days 30` */
export function churnCommand(): Command {
  return new Command('churn')
    .description('who will not order within the next days, and how well that could have been told of the last ones')
    .requiredOption('--orders <file>', 'order lines as CSV: customer,order,placed_at,item,quantity')
    .option('--days <n>', 'days to look ahead; the orders must span five times as many', wholeNumberFrom(1), 30)
    .option('--json', 'print as JSON, with the probability of every customer')
    .action(({ orders, days, json }: { orders: string; days: number; json?: boolean }) =>
      runCommand(async () => {
        const found = forecastChurn(await readOrderLines(orders), days);
        process.stdout.write(json ? `${JSON.stringify(found)}\n` : `${asText(found)}\n`);
      }),
    );
}

function asText({ days, asOf, test, customers }: ChurnForecast): string {
  const { model, recencyRule, constantBrier, calibration } = test;
  const expected = customers.reduce((sum, { probability }) => sum + probability, 0);
  return [
    table(
      ['', 'AUC', 'Brier'],
      [
        ['logistic regression', model.auc.toFixed(4), model.brier.toFixed(4)],
        ['by recency alone', recencyRule.auc.toFixed(4), recencyRule.brier.toFixed(4)],
        ['the same for all', '0.5000', constantBrier.toFixed(4)],
      ],
    ),
    `Tested on ${test.customers} customers over the last ${days} days: ${percent(test.churned)} did not order.`,
    `Said and came, by fifths: ${calibration.map(({ said, came }) => `${percent(said)} ${percent(came)}`).join(', ')}.`,
    `From ${asOf.toISOString()}: ${Math.round(expected)} of ${customers.length} customers will not order within ${days} days.`,
  ].join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
