import { setTimeout as sleep } from 'node:timers/promises';
import { askTop5, type Top5Server } from './ask-top5.js';
import { type LoadTrial, loadTrial } from './load-trial.js';
import type { Served } from './served.js';

const TIMES = 5;
const CONNECTIONS = 640;
const PROMPT_MS = 50;
const PROMPT_ANSWERS = 20;

/** What a server did when far more was asked than it can answer. */
export interface OverloadTrial extends LoadTrial {
  /** Until it answered promptly again: 20 times in a row within 50 ms. */
  recoveryMs: number;
}

/** Asks a server five times as often as it can answer. */
export async function overloadTrial(
  server: Served,
  { users, seconds, capacity }: { users: readonly string[]; seconds: number; capacity: number },
): Promise<OverloadTrial> {
  const rate = Math.round(TIMES * capacity);
  const trial = await loadTrial(server, { users, connections: CONNECTIONS, seconds, rate });
  return { ...trial, recoveryMs: await recoveryMs(server, users[0] ?? '') };
}

async function recoveryMs(server: Top5Server, user: string): Promise<number> {
  const startedMs = performance.now();
  let promptSinceMs = startedMs;
  for (let prompt = 0; prompt < PROMPT_ANSWERS; prompt++) {
    const askedMs = performance.now();
    const answered = await askTop5(server, user).catch(() => undefined);
    if (answered === undefined || performance.now() - askedMs > PROMPT_MS) {
      prompt = -1;
      await sleep(5);
      promptSinceMs = performance.now();
    }
  }
  return promptSinceMs - startedMs;
}
