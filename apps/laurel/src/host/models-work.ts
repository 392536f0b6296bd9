import { LeaseHolder } from '@laurel/change-log';
import { forecastTraining, tierTraining } from '@laurel/clustering-service';
import { refreshMarts } from '@laurel/events-ingester';
import { affinityTraining } from '@laurel/recommender';
import { Leases } from '@laurel/service';
import { LeasedWork } from './leased-work.js';
import type { Resources } from './resources.js';

const LEASE_MS = 10_000;

/** The work on models that runs in this process, or stands by in it. */
export interface ModelsWork {
  /** Ends it; a training under way goes back to the queue. */
  stop(): Promise<void>;
}

/**
 * Builds the warehouse's models and trains from them. One process does both, since two builds at a time would mix: with DuckDB it is the one
 * that has the file open, with BigQuery the one that holds the lease `models`.
 *
 * @throws SettingsError where `tiers.json` is not usable.
 */
export async function startModelsWork(resources: Resources): Promise<ModelsWork> {
  const works = [
    refreshMarts(resources),
    tierTraining(resources),
    affinityTraining(resources),
    forecastTraining(resources),
  ];
  if (resources.settings.warehouse === 'duckdb') {
    for (const work of works) work.start();
    return { stop: async () => void (await Promise.all(works.map(work => work.stop()))) };
  }
  const { laurelDb, instanceId, logger } = resources;
  const lease = new LeaseHolder({
    leases: new Leases(laurelDb, instanceId, LEASE_MS),
    name: 'models',
    logger,
    renewEveryMs: LEASE_MS / 4,
  });
  const leased = new LeasedWork(lease, works);
  await leased.start();
  return leased;
}
