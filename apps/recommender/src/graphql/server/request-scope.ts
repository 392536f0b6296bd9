import { eventLoopTurn, type Scope } from '@laurel/service';
import { MAX_QUERY_MS } from '../limits/query-time.js';

/** Who has waited longer is answered with what is at hand. */
const HURRY_MS = 30;

const AS_ASKED = { 'cache-control': 'no-store' };
const SHORTENED = { ...AS_ASKED, 'x-laurel-shortened': 'overload' };

/** What resolvers are told of a request. */
export interface RequestScope {
  /** What its key opens. */
  scope: Scope | undefined;
  /** Others wait already: what takes long should be left out. */
  hurried: boolean;
  /** Set by a resolver that has left something out for that reason. */
  shortened?: boolean;
  /** When its time is up, by `performance.now()`. */
  untilMs: number;
  /** Lets others go first, and sees whether they have waited for long. */
  giveWay(): Promise<void>;
}

/** The scope of a request that begins now. */
export function requestScope(scope: Scope | undefined): RequestScope {
  const hurried = eventLoopTurn.waitedMs() > HURRY_MS;
  return { scope, hurried, untilMs: performance.now() + MAX_QUERY_MS, giveWay };
}

async function giveWay(this: RequestScope): Promise<void> {
  if ((await eventLoopTurn.giveWay()) > HURRY_MS) this.hurried = true;
}

/** What is told of an answer: it is one customer's and of this moment, and may leave something out. */
export function answerHeaders({ shortened }: RequestScope): Record<string, string> {
  return shortened ? SHORTENED : AS_ASKED;
}
