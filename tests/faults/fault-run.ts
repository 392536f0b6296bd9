import { awakeMs } from './awake-clock.js';
import { ALL_SCENARIOS } from './all-scenarios.js';
import type { FaultFigures, FaultScenario } from './fault-scenario.js';
import { killAll } from './pipeline/pipeline-process.js';
import { SeededRandom } from './seeded-random.js';
import { FaultServers } from './servers/fault-servers.js';
import { isSlowness, SHORT_MINUTES, shortForm } from './short-form.js';

export interface FaultRunOptions {
  /** Begins no further round after this. Every scenario has one round at least. */
  minutes: number;
  /** One round of what there is time for, instead; `minutes` and `only` do not count. */
  short: boolean;
  seed: number;
  /** Only the scenarios with these names; all when empty. */
  only: readonly string[];
  /** A home whose servers are used and left running. */
  home: string | undefined;
  say(line: string): void;
}

/** Whether nothing was wrong in a scenario. */
export function isClean({ lost, doubled, outOfOrder, unwritten, wrong }: FaultFigures): boolean {
  return lost + doubled + outOfOrder + unwritten + wrong.length === 0;
}

/** Runs the scenarios and gives the figures of each summed over its rounds. */
export async function runFaults(options: FaultRunOptions): Promise<Map<string, FaultFigures>> {
  const beganMs = performance.now();
  options.say('starting MongoDB and three Kafka brokers');
  const servers = await FaultServers.start(options.home);
  try {
    return options.short ? await runShort(options, servers, beganMs) : await runRounds(options, servers, beganMs);
  } finally {
    await servers.stop();
  }
}

async function runRounds(
  { minutes, seed, only, say }: FaultRunOptions,
  servers: FaultServers,
  beganMs: number,
): Promise<Map<string, FaultFigures>> {
  const figures = new Map<string, FaultFigures>();
  const chosen = ALL_SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name));
  const isOver = () => performance.now() - beganMs > minutes * 60_000;
  for (let round = 0; round === 0 || (figures.size > 0 && !isOver()); round++) {
    for (const scenario of chosen) {
      if (round > 0 && isOver()) break;
      const found = await runOne(scenario, servers, seed + round, say, () => false);
      if (found) figures.set(scenario.name, sum(figures.get(scenario.name), found));
    }
  }
  return figures;
}

/** Begins no scenario that would not end in time if it took half as long again as the longest before it. */
async function runShort(
  { seed, say }: FaultRunOptions,
  servers: FaultServers,
  beganMs: number,
): Promise<Map<string, FaultFigures>> {
  const figures = new Map<string, FaultFigures>();
  const deadlineMs = beganMs + SHORT_MINUTES * 60_000;
  const notRun: string[] = [];
  let longestMs = 0;
  for (const scenario of shortForm(seed)) {
    const startedMs = performance.now();
    const isInTime = figures.size === 0 || startedMs + 1.5 * longestMs < deadlineMs;
    const found = isInTime ? await runOne(scenario, servers, seed, say, isSlowness) : undefined;
    if (found) figures.set(scenario.name, found);
    else notRun.push(scenario.name);
    longestMs = Math.max(longestMs, performance.now() - startedMs);
  }
  if (notRun.length > 0) say(`not run, most for want of time: ${notRun.join(', ')}`);
  return figures;
}

/** Undefined where the scenario could not be run here; also after an error that `isExcused`. */
async function runOne(
  { name, about, run }: FaultScenario,
  servers: FaultServers,
  seed: number,
  say: (line: string) => void,
  isExcused: (error: unknown) => boolean,
): Promise<FaultFigures | undefined> {
  const beganMs = awakeMs();
  say(`${name} (seed ${seed}): ${about}`);
  const tell = (line: string) => say(`${name}: ${line}`);
  const found = await run({ servers, random: new SeededRandom(seed), say: tell }).catch((error: unknown) => {
    if (!isExcused(error)) return failed(error);
    tell(`not run to its end: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  await killAll();
  const seconds = Math.round((awakeMs() - beganMs) / 1000);
  if (!found) return undefined;
  const { injected, written, lost, doubled, outOfOrder, unwritten, recoveryMs, wrong } = found;
  for (const line of wrong) tell(`✗ ${line}`);
  tell(
    `${isClean(found) ? '✓' : '✗'} ${injected} faults, ${written} changes: ${lost} lost, ${doubled} doubled, ${outOfOrder} out of order, ` +
      `${unwritten} never written; recovered within ${recoveryMs} ms (${seconds} s)`,
  );
  return found;
}

function failed(error: unknown): FaultFigures {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    injected: 0,
    written: 0,
    lost: 0,
    doubled: 0,
    outOfOrder: 0,
    unwritten: 0,
    recoveryMs: 0,
    wrong: [`did not come to its end: ${reason}`],
  };
}

function sum(former: FaultFigures | undefined, found: FaultFigures): FaultFigures {
  if (!former) return found;
  return {
    injected: former.injected + found.injected,
    written: former.written + found.written,
    lost: former.lost + found.lost,
    doubled: former.doubled + found.doubled,
    outOfOrder: former.outOfOrder + found.outOfOrder,
    unwritten: former.unwritten + found.unwritten,
    recoveryMs: Math.max(former.recoveryMs, found.recoveryMs),
    wrong: [...former.wrong, ...found.wrong],
  };
}
