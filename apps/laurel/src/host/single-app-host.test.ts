import { readSettings, SettingsError } from '@laurel/service';
import { expect, test } from 'vitest';
import { SingleAppHost } from './single-app-host.js';

const bigquery = { WAREHOUSE: 'bigquery', BIGQUERY_PROJECT: 'p' };

test('with DuckDB an app alone is refused, with the reason and both ways out', async () => {
  const start = SingleAppHost.start('recommender', readSettings({}));
  await expect(start).rejects.toThrow(SettingsError);
  await expect(start).rejects.toThrow(/DuckDB admits one process.*"laurel serve" without a name.*WAREHOUSE=bigquery/s);
});

test('only the events-ingester has parts', async () => {
  const start = SingleAppHost.start('recommender', readSettings(bigquery), ['load']);
  await expect(start).rejects.toThrow(/--only is not usable with recommender/);
});

test('what was opened is closed again when the start fails', async () => {
  const unreachable = { ...bigquery, MONGODB_URI: 'mongodb://127.0.0.1:1/', LAUREL_KEYS: 'admin=0123456789abcdef' };
  await expect(SingleAppHost.start('dashboard', readSettings(unreachable))).rejects.toThrow(/MONGODB_URI/);
});
