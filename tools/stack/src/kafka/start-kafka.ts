import { join } from 'node:path';
import { downloaded } from '../downloads/download-cache.js';
import { kafkaJars } from '../downloads/kafka-jars.js';
import { freePort } from '@laurel/service';
import { claimPort } from '../ports/claim-port.js';
import type { HomeServers } from '../processes/home-servers.js';
import type { StackOptions } from '../stack.js';
import { brokerCommand } from './broker.js';
import { kafkaReady } from './broker-ready.js';
import { newClusterId, readCluster, writeCluster, type KafkaCluster } from './kafka-cluster.js';

/** Brings up the brokers, or leaves them at the addresses given; returns their addresses, separated by commas. */
export async function startKafka(servers: HomeServers, wish: StackOptions['kafka']): Promise<string> {
  if ('addresses' in wish) return wish.addresses;
  const count = wish.brokers ?? 1;
  const names = Array.from({ length: count }, (_, index) => `kafka-${index + 1}`);
  const cluster = await clusterWithPorts(servers, names, wish.port);
  const addresses = cluster.brokers.map(({ port }) => `127.0.0.1:${port}`);
  let jars: Promise<string> | undefined;
  const bringUps = names.map((name, index) => {
    const part = count > 1 ? `Kafka ${index + 1}` : 'Kafka';
    const broker = cluster.brokers[index];
    return servers.bringUp({
      name,
      part,
      wanted: { port: broker?.port },
      prepare: async folder => {
        jars ??= downloaded(kafkaJars, fraction => servers.report({ part, message: 'downloading', fraction }));
        await claimPort(part, broker?.port ?? 0);
        await claimPort(part, broker?.controllerPort ?? 0);
        return brokerCommand(await jars, folder, cluster, index);
      },
      probe: () => kafkaReady(addresses, count),
    });
  });
  const results = await Promise.allSettled(bringUps);
  const failed = results.find(result => result.status === 'rejected');
  if (failed) throw failed.reason;
  return addresses.join(',');
}

async function clusterWithPorts(servers: HomeServers, names: readonly string[], port: number): Promise<KafkaCluster> {
  const folder = join(servers.folder, 'kafka');
  const known = await readCluster(folder, names.length);
  const someRun = (await Promise.all(names.map(name => servers.running(name)))).some(record => record !== undefined);
  if (known && someRun && (!port || known.brokers[0]?.port === port)) return known;
  const brokers: KafkaCluster['brokers'] = [];
  for (const index of names.keys()) {
    brokers.push({ port: port === 0 ? await freePort() : port + index, controllerPort: await freePort() });
  }
  const cluster = { id: known?.id ?? newClusterId(), brokers };
  if (!someRun) await writeCluster(folder, cluster);
  return cluster;
}
