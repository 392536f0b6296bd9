import type { RequestListener } from 'node:http';
import type { EventLoopTurn } from './event-loop-turn.js';
import { PROBLEM_TYPE, problemText } from './problem.js';

/** Which requests are refused when more come than can be answered. */
export interface LoadShedding {
  /** A request that has waited longer is refused. */
  patienceMs: number;
  turn: EventLoopTurn;
  /** Told of every request that was refused. */
  onRefused(): void;
}

/** When who was refused in a rush should ask again. */
export const ASK_AGAIN_SECONDS = 1;

const BODY = problemText({ status: 503, detail: 'More is asked than can be answered in time. Ask again in a second.' });
const HEADERS = {
  'content-type': PROBLEM_TYPE,
  'content-length': Buffer.byteLength(BODY),
  'retry-after': String(ASK_AGAIN_SECONDS),
  'cache-control': 'no-store',
};
const NEVER_REFUSED = ['/health/', '/metrics'];

/**
 * A listener that passes requests on to `listener`, but answers 503 with `retry-after` to those that have waited too long, before anything else is
 * done for them: so what is answered is answered in time, and a refusal costs next to nothing. Operators' questions always pass.
 */
export function sheddingLoad(
  listener: RequestListener,
  { patienceMs, turn, onRefused }: LoadShedding,
): RequestListener {
  return (request, response) => {
    turn.take();
    if (turn.waitedMs() <= patienceMs || NEVER_REFUSED.some(path => request.url?.startsWith(path))) {
      listener(request, response);
      return;
    }
    onRefused();
    response.writeHead(503, HEADERS).end(BODY);
  };
}
