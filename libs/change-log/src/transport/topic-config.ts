import type { TopicSpec } from './log-transport.js';

/** A document of 16 MB grows in canonical Extended JSON, and an update carries it twice. */
const MAX_MESSAGE_BYTES = 100 * 1024 * 1024;

/** What a newer message replaced is gone from the log soon after: an erasure must not wait for a segment to fill. */
const COMPACTED_WITHIN_MS = 86_400_000;

/** The settings that a topic is created with. */
export function topicConfig({ compacted }: Pick<TopicSpec, 'compacted'>): { name: string; value: string }[] {
  return [
    { name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES) },
    { name: 'cleanup.policy', value: compacted ? 'compact' : 'delete' },
    ...(compacted ? [{ name: 'max.compaction.lag.ms', value: String(COMPACTED_WITHIN_MS) }] : []),
  ];
}
