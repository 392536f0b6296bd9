import { join } from 'node:path';
import { downloaded } from '../downloads/download-cache.js';
import { MONGOD, mongodBinary } from '../downloads/mongod-binary.js';
import { claimPort } from '../ports/claim-port.js';
import type { HomeServers } from '../processes/home-servers.js';
import type { StackOptions } from '../stack.js';
import { mongodCommand } from './mongod.js';
import { advanceReplicaSet, replicaSetUri } from './replica-set.js';

const PART = 'MongoDB';

/** Brings up mongod, or leaves it at the address given; returns the address. */
export async function startMongodb(servers: HomeServers, wish: StackOptions['mongodb']): Promise<string> {
  if ('uri' in wish) return wish.uri;
  const ports = await servers.bringUp({
    name: 'mongodb',
    part: PART,
    wanted: { port: wish.port },
    prepare: async folder => {
      const port = await claimPort(PART, wish.port);
      const download = await downloaded(mongodBinary, fraction =>
        servers.report({ part: PART, message: 'downloading', fraction }),
      );
      return mongodCommand(join(download, MONGOD), folder, port);
    },
    probe: ({ port = 0 }) => advanceReplicaSet(port),
  });
  return replicaSetUri(ports['port'] ?? 0);
}
