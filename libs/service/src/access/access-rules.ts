import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from '../http/problem.js';
import type { KeyRing, Scope } from './key-ring.js';
import type { RateLimiter } from './rate-limiter.js';
import { SentKeys } from './sent-keys.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the key of the request opens; undefined where none is needed. Set by {@link accessHook}. */
    scope?: Scope;
  }
}

/**
 * Who may call `path` and what lies below it (`/v1/segments` covers `/v1/segments/gold`, not `/v1/segments-old`; a path that ends in `/`
 * covers what begins with it). The longest matching rule decides; a path without a rule needs the admin key, which opens everything.
 * `public` needs no key.
 */
export interface AccessRule {
  path: string;
  /** The HTTP methods the rule is for (`GET` stands for `HEAD` too); without it, all. Of two rules for one path the one with methods decides. */
  methods?: readonly string[];
  scopes: readonly Scope[] | 'public';
}

const ALWAYS_PUBLIC: readonly AccessRule[] = ['/health/', '/metrics', '/openapi.json'].map(path => ({
  path,
  scopes: 'public',
}));

/** Holds back keys that ask too often. */
export interface RateGuard {
  limiter: RateLimiter;
  /** Told of every request that was held back. */
  onLimited(scope: Scope): void;
}

/**
 * A Fastify `onRequest` hook that answers 401 without a valid key, 403 where the key's scope does not suffice, and 429 with `retry-after` where
 * the key asks too often.
 */
export function accessHook(keys: KeyRing, appRules: readonly AccessRule[], { limiter, onLimited }: RateGuard) {
  const rules = [...ALWAYS_PUBLIC, ...appRules].sort(mostSpecificFirst);
  const sent = new SentKeys();
  let last: { method: string; url: string; allowed: readonly Scope[] | 'public' } | undefined;
  const allowedFor = ({ method, url }: FastifyRequest): readonly Scope[] | 'public' => {
    if (last?.method !== method || last.url !== url) last = { method, url, allowed: allowedScopes(rules, method, url) };
    return last.allowed;
  };
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const allowed = allowedFor(request);
    if (allowed === 'public') return done();
    const digest = sent.digestOf(request.raw);
    const holder = digest && keys.holderOf(digest);
    const scope = holder?.scope;
    if (holder === undefined || scope === undefined) {
      void sendProblem(reply.header('www-authenticate', 'Bearer'), {
        status: 401,
        detail: digest === undefined ? 'Send a key: "Authorization: Bearer KEY".' : 'This key is not known.',
      });
    } else if (scope !== 'admin' && !allowed.includes(scope)) {
      void sendProblem(reply, {
        status: 403,
        detail: `A ${scope} key does not open this. Allowed: ${[...new Set([...allowed, 'admin'])].join(', ')}.`,
      });
    } else {
      const waitSeconds = limiter.take(holder);
      if (waitSeconds === 0) {
        request.scope = scope;
        return done();
      }
      onLimited(scope);
      void sendProblem(reply.header('retry-after', String(waitSeconds)), {
        status: 429,
        detail: `This key asks too often. Ask again in ${waitSeconds} s; the limit is set by RATE_LIMITS.`,
      });
    }
  };
}

/**
 * Who may call a request's address. An address can be written in several ways (`/v1/%6dodels`, `/v1/models%3Aname`): the router decodes what is
 * no delimiter before it looks for the route, the handler gets its parameters decoded whole. Both readings must be allowed, and one that
 * cannot be decoded is for nobody but admin.
 */
function allowedScopes(rules: readonly AccessRule[], method: string, url: string): readonly Scope[] | 'public' {
  const path = /[?#]/.test(url) ? (url.split(/[?#]/, 1)[0] ?? '/') : url;
  if (!path.includes('%')) return scopesFor(rules, method, path);
  try {
    const routed = scopesFor(rules, method, decodeURI(path));
    const decoded = scopesFor(rules, method, decodeURIComponent(path));
    if (routed === 'public') return decoded;
    if (decoded === 'public') return routed;
    return routed.filter(scope => decoded.includes(scope));
  } catch {
    return [];
  }
}

function scopesFor(rules: readonly AccessRule[], method: string, path: string): readonly Scope[] | 'public' {
  return rules.find(rule => coversPath(rule.path, path) && coversMethod(rule, method))?.scopes ?? [];
}

function coversPath(rule: string, path: string): boolean {
  if (!path.startsWith(rule)) return false;
  return rule.endsWith('/') || path.length === rule.length || path[rule.length] === '/' || path[rule.length] === ':';
}

function coversMethod({ methods }: AccessRule, method: string): boolean {
  return methods === undefined || methods.includes(method === 'HEAD' ? 'GET' : method);
}

function mostSpecificFirst(a: AccessRule, b: AccessRule): number {
  return b.path.length - a.path.length || Number(b.methods !== undefined) - Number(a.methods !== undefined);
}
