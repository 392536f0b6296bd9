import type { FaultServers } from './servers/fault-servers.js';
import type { SeededRandom } from './seeded-random.js';

/** What one scenario saw. All counts are of changes; the contract names the first six. */
export interface FaultFigures {
  /** Faults made. */
  injected: number;
  /** Changes made in MongoDB that have to arrive. */
  written: number;
  lost: number;
  doubled: number;
  outOfOrder: number;
  /** The longest time from a fault (its end, where it lasts) until changes were stored again. */
  recoveryMs: number;
  /** Rows of changes that nobody committed. */
  unwritten: number;
  /** Whatever else was not as it has to be. */
  wrong: string[];
}

/** What a scenario works with. */
export interface FaultArena {
  servers: FaultServers;
  random: SeededRandom;
  /** Tells how far it is. */
  say(line: string): void;
}

/** One row of the table of faults. */
export interface FaultScenario {
  /** As in `--only` and in the figures. */
  name: string;
  /** The fault and what must hold, in a line. */
  about: string;
  /** One round of it, at most a minute or so. Undefined where this machine cannot show it; why, it has said. */
  run(arena: FaultArena): Promise<FaultFigures | undefined>;
}
