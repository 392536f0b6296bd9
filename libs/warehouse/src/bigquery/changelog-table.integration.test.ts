import { describe, expect, inject, test } from 'vitest';
import { temporaryBigQuery } from '../testing/temporary-bigquery.js';
import { connectBigQuery } from './bigquery-clients.js';

const bigquery = inject('bigquery');

describe.runIf(bigquery)('a changelog table', () => {
  if (!bigquery) return;

  test('is partitioned by the day of the change and clustered by key', async () => {
    await using temporary = await temporaryBigQuery(bigquery);
    const { rest, write } = connectBigQuery(temporary.target);
    try {
      const [metadata] = await rest.dataset(temporary.target.dataset).table('orders_changelog').getMetadata();
      expect(metadata).toMatchObject({
        timePartitioning: { type: 'DAY', field: '_source_ts' },
        clustering: { fields: ['_key'] },
      });
    } finally {
      await write.close();
    }
  });
});
