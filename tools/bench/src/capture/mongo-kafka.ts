import type { ConnectJars } from './connect-jars.js';
import { startConnector } from './connect-worker.js';
import type { Ingester } from './ingester.js';

const PREFIX = 'mongo-kafka';
const CONVERTER = {
  'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
};

/** MongoDB's own source connector as it is, but for the copy of what is there already. */
export function mongoKafka({ worker, mongoKafka: plugins }: ConnectJars): Ingester {
  return {
    name: 'mongo_kafka',
    topicOf: ({ database }) => `${PREFIX}.${database}.events`,
    start: task => {
      const connector = {
        'connector.class': 'com.mongodb.kafka.connect.MongoSourceConnector',
        'connection.uri': task.mongodbUri,
        database: task.database,
        collection: 'events',
        'topic.prefix': PREFIX,
        'startup.mode': 'copy_existing',
      };
      return startConnector({ name: 'mongo-kafka', worker, plugins, converter: CONVERTER, connector }, task);
    },
  };
}
