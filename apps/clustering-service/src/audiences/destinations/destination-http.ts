import { setTimeout as sleep } from 'node:timers/promises';
import { retryAfterMs } from '../../outgoing/retry-after.js';
import { DestinationError } from './destination-error.js';

const TIMEOUT_MS = 60_000;
const TRIES = 4;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
const SHOWN = 300;

/** A call of a destination's API; `body` goes as JSON. */
export interface DestinationCall {
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: unknown;
  signal: AbortSignal;
}

/**
 * Calls a destination and reads the JSON of its answer (undefined for an empty one). A call that may be taken later is tried four times, after the pause that the answer asks for or a
 * second, then longer. Redirects are not followed: the call carries a secret.
 *
 * @throws DestinationError
 */
export async function callDestination(call: DestinationCall, pauseMs = FIRST_PAUSE_MS): Promise<unknown> {
  for (let tries = 1; ; tries++) {
    const { answer, error, waitMs } = await tryOnce(call);
    if (!error) return answer;
    call.signal.throwIfAborted();
    if (!error.isPassing || tries === TRIES) throw error;
    await sleep(Math.min(LONGEST_PAUSE_MS, waitMs ?? pauseMs * 4 ** (tries - 1)), undefined, {
      signal: call.signal,
    });
  }
}

interface Attempt {
  answer?: unknown;
  error?: DestinationError;
  waitMs?: number | undefined;
}

async function tryOnce({ method, url, headers, body, signal }: DestinationCall): Promise<Attempt> {
  const host = new URL(url).host;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  } catch (cause) {
    return { error: new DestinationError(`${host} does not answer`, undefined, { cause }) };
  }
  const text = await response.text();
  if (!response.ok) {
    const error = new DestinationError(`${host} answered ${response.status}: ${text.slice(0, SHOWN)}`, response.status);
    return { error, waitMs: retryAfterMs(response.headers.get('retry-after')) };
  }
  try {
    return { answer: text === '' ? undefined : JSON.parse(text) };
  } catch {
    return {
      error: new DestinationError(
        `${host} answered ${response.status} without JSON: ${text.slice(0, SHOWN)}`,
        response.status,
      ),
    };
  }
}
