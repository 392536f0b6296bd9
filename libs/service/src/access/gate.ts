import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Problem, sendProblem } from '../http/problem.js';
import { type AccessRule, allowedScopes, inOrder } from './access-rules.js';
import type { KeyRing, Scope } from './key-ring.js';
import type { RateLimiter } from './rate-limiter.js';
import { SentKeys } from './sent-keys.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the key of the request opens; undefined where none is needed. Set by {@link Gate}. */
    scope?: Scope;
  }
}

/** Holds back keys that ask too often. */
export interface RateGuard {
  limiter: RateLimiter;
  /** Told of every request that was held back. */
  onLimited(scope: Scope): void;
}

/** What the key of a request opens, undefined where none is needed; or why it may not pass. */
export type Admission =
  { scope: Scope | undefined } | { problem: Problem; header?: readonly [name: string, value: string] };

/** Decides whether requests may pass: 401 without a valid key, 403 where the key's scope does not suffice, 429 where the key asks too often. */
export class Gate {
  private readonly rules: readonly AccessRule[];
  private readonly sent = new SentKeys();
  private readonly decided = new WeakMap<IncomingMessage, Admission>();
  private last: { method: string; url: string; allowed: readonly Scope[] | 'public' } | undefined;

  constructor(
    private readonly keys: KeyRing,
    appRules: readonly AccessRule[],
    private readonly guard: RateGuard,
  ) {
    this.rules = inOrder(appRules);
  }

  /** Decides on a request, and counts it for its key. */
  admit(request: IncomingMessage): Admission {
    const allowed = this.allowedFor(request);
    if (allowed === 'public') return { scope: undefined };
    const digest = this.sent.digestOf(request);
    const holder = digest && this.keys.holderOf(digest);
    if (holder === undefined) {
      const detail = digest === undefined ? 'Send a key: "Authorization: Bearer KEY".' : 'This key is not known.';
      return { problem: { status: 401, detail }, header: ['www-authenticate', 'Bearer'] };
    }
    const { scope } = holder;
    if (scope !== 'admin' && !allowed.includes(scope)) {
      const opens = [...new Set([...allowed, 'admin'])].join(', ');
      return { problem: { status: 403, detail: `A ${scope} key does not open this. Allowed: ${opens}.` } };
    }
    const waitSeconds = this.guard.limiter.take(holder);
    if (waitSeconds === 0) return { scope };
    this.guard.onLimited(scope);
    const detail = `This key asks too often. Ask again in ${waitSeconds} s; the limit is set by RATE_LIMITS.`;
    return { problem: { status: 429, detail }, header: ['retry-after', String(waitSeconds)] };
  }

  /** Keeps what was decided on a request that {@link hook} will see. */
  remember(request: IncomingMessage, admission: Admission): void {
    this.decided.set(request, admission);
  }

  /** A Fastify `onRequest` hook that lets nobody else pass. */
  readonly hook = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const admission = this.decided.get(request.raw) ?? this.admit(request.raw);
    if ('problem' in admission) {
      const { problem, header } = admission;
      void sendProblem(header ? reply.header(...header) : reply, problem);
      return;
    }
    if (admission.scope) request.scope = admission.scope;
    done();
  };

  private allowedFor({ method = '', url = '' }: IncomingMessage): readonly Scope[] | 'public' {
    if (this.last?.method !== method || this.last.url !== url)
      this.last = { method, url, allowed: allowedScopes(this.rules, method, url) };
    return this.last.allowed;
  }
}
