import type { TopicSpec } from './log-transport.js';

/** A document of 16 MB grows in canonical Extended JSON, and an update carries it twice. */
const MAX_MESSAGE_BYTES = 100 * 1024 * 1024;

/** The settings that a topic is created with. */
export function topicConfig({
  compacted,
  keptForEver,
}: Pick<TopicSpec, 'compacted' | 'keptForEver'>): { name: string; value: string }[] {
  return [
    { name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES) },
    { name: 'cleanup.policy', value: compacted ? 'compact' : 'delete' },
    ...(keptForEver ? [{ name: 'retention.ms', value: '-1' }] : []),
  ];
}
