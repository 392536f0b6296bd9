import { NotReadyError } from '@laurel/stack';
import { ALL_SCENARIOS } from './all-scenarios.js';
import type { FaultScenario } from './fault-scenario.js';
import { answerLost } from './scenarios/answer-lost.js';
import { drift } from './scenarios/drift.js';
import { kill } from './scenarios/kill.js';
import { killInSnapshot } from './scenarios/kill-in-snapshot.js';
import { poison } from './scenarios/poison.js';
import { suspend } from './scenarios/suspend.js';
import { SeededRandom } from './seeded-random.js';
import { NotInTimeError } from './until.js';

/** How long the short form may take, the start of the servers with it. */
export const SHORT_MINUTES = 6;

const ALWAYS: readonly FaultScenario[] = [kill, killInSnapshot, suspend, poison, drift, answerLost];

/** The order in which the short form tries all scenarios: first the same ones every time, then those that cost more, in an order of the seed's. */
export function shortForm(seed: number): FaultScenario[] {
  const random = new SeededRandom(seed);
  const others = ALL_SCENARIOS.filter(scenario => !ALWAYS.includes(scenario));
  const places = new Map(others.map(scenario => [scenario, random.next()]));
  return [...ALWAYS, ...others.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0))];
}

/** Whether an error only says that something did not come in time, or a server of the suite not up: it shows nothing about what is tested. */
export function isSlowness(error: unknown): boolean {
  return error instanceof NotInTimeError || error instanceof NotReadyError;
}
