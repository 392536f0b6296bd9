import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EMULATOR } from '../downloads/bigquery-emulator.js';
import { pinPath } from '../pins.js';
import type { ServerCommand } from '../processes/server.js';

/** The Google Cloud project that the emulator plays. */
export const EMULATED_PROJECT = 'laurel-local';

/** The command line of the BigQuery emulator, its data in `folder`. */
export async function emulatorCommand(
  download: string,
  folder: string,
  ports: { restPort: number; grpcPort: number },
): Promise<ServerCommand> {
  const data = join(folder, 'data');
  await mkdir(data, { recursive: true });
  return {
    part: 'BigQuery emulator',
    folder,
    command: join(download, EMULATOR.environment, 'bin', 'python'),
    args: [
      ...[pinPath('serve-bigquery.py'), 'start', '--persistent', '--data-dir', data, '--project', EMULATED_PROJECT],
      ...['--rest-port', String(ports.restPort), '--grpc-port', String(ports.grpcPort), '--log-level', 'warning'],
    ],
    env: { HOME: join(download, EMULATOR.home) },
    ports,
  };
}

/** Whether the emulator answers a query. */
export async function emulatorReady(restPort: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${restPort}/bigquery/v2/projects/${EMULATED_PROJECT}/queries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer local' },
    body: JSON.stringify({ query: 'SELECT 1 AS one', useLegacySql: false }),
    signal: AbortSignal.timeout(5000),
  });
  return response.ok && (await response.text()).includes('"jobComplete":true');
}
