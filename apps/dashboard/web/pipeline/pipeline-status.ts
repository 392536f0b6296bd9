import * as z from 'zod/mini';
import { count } from '../dom/format.js';

const BEHIND_SECONDS = 60;

const snapshotSchema = z.record(z.string(), z.object({ sent: z.number(), estimated: z.number(), done: z.boolean() }));

/** What the events-ingester tells of itself. */
export const pipelineStatusSchema = z.looseObject({
  capture: z.looseObject({
    state: z.string(),
    lag_seconds: z.nullable(z.number()),
    snapshot: snapshotSchema,
    error: z.nullable(z.string()),
  }),
  load: z.looseObject({ lag: z.number(), error: z.nullable(z.string()) }),
  dead_letters: z.looseObject({ open: z.number() }),
  simulated: z.optional(z.array(z.string())),
});

export type PipelineStatus = z.infer<typeof pipelineStatusSchema>;

/** How well a part of the pipeline does, and what to do where it does not. */
export interface Reading {
  name: string;
  value: string;
  /** What the value means, or what to do about it. */
  meaning: string;
  mood: 'good' | 'busy' | 'bad';
}

/** The pipeline in three readings: capture, load, dead letters. */
export function readingsOf(status: PipelineStatus): Reading[] {
  return [captureReading(status), loadReading(status), deadLetterReading(status)];
}

function captureReading({ capture: { state, lag_seconds: lagSeconds, error } }: PipelineStatus): Reading {
  const name = 'Capture from MongoDB';
  const value = sentence(state);
  switch (state) {
    case 'streaming':
      return {
        name,
        value,
        meaning: behind(lagSeconds),
        mood: lagSeconds !== null && lagSeconds >= BEHIND_SECONDS ? 'busy' : 'good',
      };
    case 'standby':
    case 'elsewhere':
      return { name, value, meaning: 'Another instance follows the shop', mood: 'good' };
    case 'starting':
    case 'snapshot':
    case 'reconciling':
      return { name, value, meaning: 'Reading what the shop already holds', mood: 'busy' };
    default:
      return {
        name,
        value,
        meaning: error ?? 'Not following the shop: see the log of the events-ingester',
        mood: 'bad',
      };
  }
}

function behind(lagSeconds: number | null): string {
  if (lagSeconds === null) return 'Follows every change';
  return lagSeconds < 1 ? 'Under a second behind the shop' : `${Math.round(lagSeconds)} s behind the shop`;
}

function loadReading({ load: { lag, error } }: PipelineStatus): Reading {
  const name = 'Load into the warehouse';
  if (error !== null) return { name, value: 'Halted', meaning: error, mood: 'bad' };
  if (lag === 0) return { name, value: 'Up to date', meaning: 'Every change is in the warehouse', mood: 'good' };
  return {
    name,
    value: count(lag),
    meaning: lag === 1 ? 'change is on its way' : 'changes are on their way',
    mood: 'busy',
  };
}

function deadLetterReading({ dead_letters: { open } }: PipelineStatus): Reading {
  const name = 'Dead letters';
  if (open === 0) return { name, value: 'None', meaning: 'Nothing was refused', mood: 'good' };
  return {
    name,
    value: count(open),
    meaning: 'could not be processed. See them: npx laurel deadletters list',
    mood: 'bad',
  };
}

/** How far the first reading of a collection is; `share` from 0 to 1. */
export interface SnapshotProgress {
  collection: string;
  text: string;
  share: number;
}

/** The collections that are being read for the first time; none once all are done. */
export function snapshotProgress({ capture: { snapshot } }: PipelineStatus): SnapshotProgress[] {
  const collections = Object.entries(snapshot);
  if (collections.every(([, { done }]) => done)) return [];
  return collections.map(([collection, { sent, estimated, done }]) => ({
    collection,
    text: done ? `${count(sent)} read` : `${count(sent)} of about ${count(Math.max(sent, estimated))}`,
    share: done ? 1 : sent / Math.max(sent, estimated, 1),
  }));
}

/** What of the shop's data is simulated, in a sentence; undefined where nothing is, or nobody said. */
export function simulatedNotice({ simulated = [] }: PipelineStatus): string | undefined {
  if (simulated.length === 0) return undefined;
  return `Simulated here: ${new Intl.ListFormat('en').format(simulated)}. This is the sample shop.`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
