import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ADMIN_KEY } from '../shop/fault-shop.js';
import { PipelineProcess } from './pipeline-process.js';

const PROGRAM = resolve(import.meta.dirname, '../../../apps/laurel/bin/laurel.js');
const ASK_EVERY_MS = 200;
const ANSWER_WITHIN_MS = 5000;

const statusSchema = z.object({
  capture: z.object({
    state: z.string(),
    epoch: z.number().nullable(),
    lag_seconds: z.number().nullable(),
    changes_sent: z.number(),
    stream_position: z.iso.datetime().nullable(),
  }),
  load: z.object({ lag: z.number(), stored: z.number(), duplicates: z.number() }),
});

const RSS = /^process_resident_memory_bytes\S* (\S+)$/m;

/** `laurel serve events-ingester`: the process that runs where the warehouse is BigQuery. It is asked through its port. */
export class LaurelIngester extends PipelineProcess {
  readonly #url: string;

  /** `only` limits it to a part. */
  constructor(environment: Readonly<Record<string, string>>, port: number, only: readonly ('capture' | 'load')[]) {
    super(
      process.execPath,
      ['--no-warnings', PROGRAM, 'serve', 'events-ingester', ...only.flatMap(part => ['--only', part])],
      { ...environment, EVENTS_INGESTER_PORT: String(port) },
    );
    this.child.stdout?.on('data', (chunk: Buffer) => this.logged(chunk.toString()));
    this.#url = `http://127.0.0.1:${port}`;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    while (this.running) {
      await this.#askOnce().catch(() => undefined);
      await sleep(ASK_EVERY_MS);
    }
  }

  async #askOnce(): Promise<void> {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    const answer = await fetch(`${this.#url}/v1/status`, { headers, signal });
    if (!answer.ok) return;
    const { capture, load } = statusSchema.parse(await answer.json());
    const metrics = await (await fetch(`${this.#url}/metrics`, { signal })).text();
    const rssBytes = z.coerce.number().positive().parse(RSS.exec(metrics)?.[1]);
    this.said({
      state: capture.state,
      epoch: capture.epoch ?? undefined,
      positionMs: capture.stream_position === null ? undefined : Date.parse(capture.stream_position),
      captureLagMs: capture.lag_seconds === null ? undefined : capture.lag_seconds * 1000,
      changesSent: capture.changes_sent,
      loadLag: load.lag,
      stored: load.stored,
      duplicates: load.duplicates,
      rssMb: Math.round(rssBytes / 2 ** 20),
    });
  }
}
