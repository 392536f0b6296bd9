import { bigqueryEmulator } from '../downloads/bigquery-emulator.js';
import { downloaded } from '../downloads/download-cache.js';
import { claimPort } from '../ports/claim-port.js';
import type { HomeServers } from '../processes/home-servers.js';
import type { Stack, StackOptions } from '../stack.js';
import { EMULATED_PROJECT, emulatorCommand, emulatorReady } from './emulator.js';

const PART = 'BigQuery emulator';

/** Brings up the BigQuery emulator; returns how to reach it. */
export async function startBigQuery(
  servers: HomeServers,
  wish: NonNullable<StackOptions['bigquery']>,
): Promise<NonNullable<Stack['bigquery']>> {
  const ports = await servers.bringUp({
    name: 'bigquery',
    part: PART,
    wanted: { restPort: wish.restPort, grpcPort: wish.grpcPort },
    prepare: async folder => {
      const restPort = await claimPort(PART, wish.restPort ?? 9050);
      const grpcPort = await claimPort(PART, wish.grpcPort ?? 9060);
      const emulator = await bigqueryEmulator();
      const download = await downloaded(emulator, fraction =>
        servers.report({ part: PART, message: 'downloading', fraction }),
      );
      return emulatorCommand(download, folder, { restPort, grpcPort });
    },
    probe: ({ restPort = 0 }) => emulatorReady(restPort),
  });
  return {
    project: EMULATED_PROJECT,
    apiEndpoint: `http://127.0.0.1:${ports['restPort']}`,
    storageEndpoint: `127.0.0.1:${ports['grpcPort']}`,
  };
}
