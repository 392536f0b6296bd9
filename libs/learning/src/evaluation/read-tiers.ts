import { csvRows, RowsFormatError } from './csv-rows.js';

/**
 * Reads the loyalty tiers of customers from a file with the columns customer and tier.
 * @throws RowsFormatError naming the file and line.
 */
export async function readTiers(path: string): Promise<Map<string, string>> {
  const tiers = new Map<string, string>();
  for await (const { values, where } of csvRows(path, ['customer', 'tier'])) {
    const [customer = '', tier = ''] = values;
    if (customer === '' || tier === '') throw new RowsFormatError(`${where}: customer and tier must not be empty.`);
    tiers.set(customer, tier);
  }
  return tiers;
}
