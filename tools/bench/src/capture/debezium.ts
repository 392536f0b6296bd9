import type { ConnectJars } from './connect-jars.js';
import { startConnector } from './connect-worker.js';
import type { Ingester } from './ingester.js';

const PREFIX = 'debezium';
const CONVERTER = {
  'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'key.converter.schemas.enable': false,
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter.schemas.enable': false,
};
/** What its documentation advises for speed: short polls, large batches. */
const TUNING = {
  'poll.interval.ms': 5,
  'max.batch.size': 8192,
  'max.queue.size': 32_768,
  'producer.override.batch.size': 262_144,
  'producer.override.linger.ms': 5,
};

/** Debezium's MongoDB connector, tuned for speed. */
export function debezium({ worker, debezium: plugins }: ConnectJars): Ingester {
  return {
    name: 'debezium',
    topicOf: ({ database }) => `${PREFIX}.${database}.events`,
    start: task => {
      const connector = {
        'connector.class': 'io.debezium.connector.mongodb.MongoDbConnector',
        'mongodb.connection.string': task.mongodbUri,
        'topic.prefix': PREFIX,
        'database.include.list': task.database,
        'collection.include.list': `${task.database}.events`,
        'snapshot.mode': 'initial',
        ...TUNING,
      };
      return startConnector({ name: 'debezium', worker, plugins, converter: CONVERTER, connector }, task);
    },
  };
}
