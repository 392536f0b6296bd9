import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerCommand } from '../processes/server.js';
import { REPLICA_SET } from './replica-set.js';

/** The command line of a small mongod on loopback whose data lies in `folder`. */
export async function mongodCommand(binary: string, folder: string, port: number): Promise<ServerCommand> {
  const data = join(folder, 'data');
  await mkdir(data, { recursive: true });
  return {
    part: 'MongoDB',
    folder,
    command: binary,
    args: [
      ...[
        '--replSet',
        REPLICA_SET,
        '--dbpath',
        data,
        '--bind_ip',
        '127.0.0.1',
        '--port',
        String(port),
        '--nounixsocket',
      ],
      ...['--wiredTigerCacheSizeGB', '0.5', '--oplogSize', '2048'],
      ...['--wiredTigerCollectionBlockCompressor', 'none', '--wiredTigerJournalCompressor', 'none'],
      ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
      ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100'],
    ],
    ports: { port },
  };
}
