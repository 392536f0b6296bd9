import { awakeMs } from './awake-clock.js';
import { ALL_SCENARIOS } from './all-scenarios.js';
import type { FaultFigures, FaultScenario } from './fault-scenario.js';
import { killAll } from './pipeline/pipeline-process.js';
import { SeededRandom } from './seeded-random.js';
import { FaultServers } from './servers/fault-servers.js';

export interface FaultRunOptions {
  /** Begins no further round after this. Every scenario has one round at least. */
  minutes: number;
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

/** Runs the scenarios round by round, and gives the figures of each summed over its rounds. */
export async function runFaults({
  minutes,
  seed,
  only,
  home,
  say,
}: FaultRunOptions): Promise<Map<string, FaultFigures>> {
  const beganMs = performance.now();
  const figures = new Map<string, FaultFigures>();
  const chosen = ALL_SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name));
  say('starting MongoDB and three Kafka brokers');
  const servers = await FaultServers.start(home);
  try {
    for (let round = 0; round === 0 || performance.now() - beganMs < minutes * 60_000; round++) {
      for (const scenario of chosen) {
        if (round > 0 && performance.now() - beganMs > minutes * 60_000) break;
        const found = await runOne(scenario, servers, seed + round, say);
        if (found) figures.set(scenario.name, sum(figures.get(scenario.name), found));
      }
      if (figures.size === 0) break;
    }
  } finally {
    await servers.stop();
  }
  return figures;
}

async function runOne(
  scenario: FaultScenario,
  servers: FaultServers,
  seed: number,
  say: (line: string) => void,
): Promise<FaultFigures | undefined> {
  const { name, about } = scenario;
  const beganMs = awakeMs();
  say(`${name} (seed ${seed}): ${about}`);
  const tell = (line: string) => say(`${name}: ${line}`);
  const found = await scenario.run({ servers, random: new SeededRandom(seed), say: tell }).catch(failed);
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
    ...{ injected: 0, written: 0, lost: 0, doubled: 0, outOfOrder: 0, unwritten: 0, recoveryMs: 0 },
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
