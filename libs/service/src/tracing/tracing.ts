import type { Settings } from '../settings/settings.js';
import type { SpanWriter } from './span-writer.js';
import type { TracedWork } from './traced-work.js';

let writer: SpanWriter | undefined;

/** Sends traces from now on, if the settings name a collector. Each thread sends its own. A second call does nothing. */
export async function startTracing({ tracing }: Pick<Settings, 'tracing'>): Promise<void> {
  if (!tracing || writer) return;
  const { SpanWriter } = await import('./span-writer.js');
  writer ??= new SpanWriter(tracing);
}

/**
 * Does work, and shows it in the traces that its messages belong to. `work` is given the `traceparent` to pass on, or undefined where nothing is
 * traced; then this costs no more than a call.
 */
export function traced<T>(what: TracedWork, work: (traceparent?: string) => Promise<T>): Promise<T> {
  return writer ? writer.trace(what, work) : work();
}

/** Sends what was traced so far. */
export async function flushTraces(): Promise<void> {
  await writer?.flush();
}
