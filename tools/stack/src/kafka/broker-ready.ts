import { Kafka, logLevel } from 'kafkajs';

/**
 * Whether this many brokers answer at these addresses and the controller would create a topic on all of them.
 * Nothing is created.
 */
export async function kafkaReady(addresses: readonly string[], brokers: number): Promise<boolean> {
  const kafka = new Kafka({
    clientId: 'laurel-stack',
    brokers: [...addresses],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    requestTimeout: 3000,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const cluster = await admin.describeCluster();
    if (cluster.brokers.length < brokers) return false;
    await admin.createTopics({
      validateOnly: true,
      waitForLeaders: false,
      topics: [{ topic: 'laurel-stack-ready', numPartitions: 1, replicationFactor: Math.min(3, brokers) }],
    });
    return true;
  } finally {
    await admin.disconnect();
  }
}
