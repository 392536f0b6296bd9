import type { Topics } from './topics.js';
import type { TopicSpec } from './transport/log-transport.js';

/** Partitions of each topic that carries data. Fixed: another number would send a key's later changes to another partition than its former. */
export const PARTITIONS = 4;

/** Every topic that Laurel needs. */
export function laurelTopics(topics: Topics): TopicSpec[] {
  return [
    ...topics.allChanges.map(topic => ({ topic, partitions: PARTITIONS })),
    { topic: topics.features, partitions: PARTITIONS, compacted: true },
    { topic: topics.tiers, partitions: PARTITIONS, compacted: true },
    { topic: topics.recommendations, partitions: PARTITIONS, compacted: true },
    { topic: topics.subjects, partitions: 1, compacted: true },
    { topic: topics.checkpoint, partitions: 1, compacted: true },
    { topic: topics.deadLetters, partitions: 1, compacted: true },
  ];
}
