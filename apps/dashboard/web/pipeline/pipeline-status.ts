import * as z from 'zod/mini';

const collectionSchema = z.union([
  z.string(),
  z.looseObject({ collection: z.optional(z.string()), name: z.optional(z.string()), state: z.nullish(z.string()) }),
]);

/** What the events-ingester tells of itself. */
export const pipelineStatusSchema = z.looseObject({
  capture: z.looseObject({
    state: z.string(),
    lagSeconds: z.nullish(z.number()),
    collections: z.nullish(z.array(collectionSchema)),
  }),
  load: z.looseObject({ lag: z.number() }),
  deadLetters: z.number(),
  simulated: z.nullish(z.union([z.boolean(), z.string(), z.array(z.string())])),
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

function captureReading({ capture: { state, lagSeconds } }: PipelineStatus): Reading {
  const name = 'Capture from MongoDB';
  if (state === 'streaming') {
    const behind = lagSeconds != null && lagSeconds >= 60;
    const meaning =
      lagSeconds == null
        ? 'Follows every change'
        : `${lagSeconds < 1 ? 'Under a second' : `${Math.round(lagSeconds)} s`} behind the shop`;
    return { name, value: 'Streaming', meaning, mood: behind ? 'busy' : 'good' };
  }
  if (/snapshot|starting|connecting|catching/i.test(state)) {
    return { name, value: sentence(state), meaning: 'Reading what the shop already holds', mood: 'busy' };
  }
  return {
    name,
    value: sentence(state),
    meaning: 'Not following the shop: see the log of the events-ingester',
    mood: 'bad',
  };
}

function loadReading({ load: { lag } }: PipelineStatus): Reading {
  const name = 'Load into the warehouse';
  if (lag === 0) return { name, value: 'Up to date', meaning: 'Every change is in the warehouse', mood: 'good' };
  return {
    name,
    value: lag.toLocaleString('en'),
    meaning: lag === 1 ? 'change is on its way' : 'changes are on their way',
    mood: 'busy',
  };
}

function deadLetterReading({ deadLetters }: PipelineStatus): Reading {
  const name = 'Dead letters';
  if (deadLetters === 0) return { name, value: 'None', meaning: 'Nothing was refused', mood: 'good' };
  return {
    name,
    value: deadLetters.toLocaleString('en'),
    meaning: 'could not be processed. See them: npx laurel deadletters list',
    mood: 'bad',
  };
}

/** What of the shop's data is simulated, in a sentence; undefined where nothing is, or nobody said. */
export function simulatedNotice({ simulated }: PipelineStatus): string | undefined {
  if (!simulated) return undefined;
  if (typeof simulated === 'string') return simulated;
  if (simulated === true) return 'Some of this data is simulated: this is the sample shop.';
  return `Simulated here: ${new Intl.ListFormat('en').format(simulated)}. This is the sample shop.`;
}

function sentence(text: string): string {
  const spaced = text.replaceAll(/[_-]+/g, ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
