import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from '../http/problem.js';
import type { KeyRing, Scope } from './key-ring.js';

/**
 * Who may call the paths that begin with `path`. The longest matching rule decides; a path without a rule needs the admin key, which opens
 * everything. `public` needs no key.
 */
export interface AccessRule {
  path: string;
  scopes: readonly Scope[] | 'public';
}

const ALWAYS_PUBLIC: readonly AccessRule[] = ['/health/', '/metrics', '/openapi.json'].map(path => ({ path, scopes: 'public' }));

/** A Fastify `onRequest` hook that answers 401 without a valid key and 403 where the key's scope does not suffice. */
export function accessHook(keys: KeyRing, appRules: readonly AccessRule[]) {
  const rules = [...ALWAYS_PUBLIC, ...appRules].sort((a, b) => b.path.length - a.path.length);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const path = request.url.split('?', 1)[0] ?? '/';
    const allowed = rules.find(rule => path.startsWith(rule.path))?.scopes ?? [];
    if (allowed === 'public' || request.method === 'OPTIONS') return;
    const key = /^Bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
    const scope = key === undefined ? undefined : keys.scopeOf(key);
    if (scope === undefined) {
      await sendProblem(reply.header('www-authenticate', 'Bearer'), {
        status: 401,
        detail: key === undefined ? 'Send a key: "Authorization: Bearer KEY".' : 'This key is not known.',
      });
    } else if (scope !== 'admin' && !allowed.includes(scope)) {
      await sendProblem(reply, {
        status: 403,
        detail: `A ${scope} key does not open this. Allowed: ${[...allowed, 'admin'].join(', ')}.`,
      });
    }
  };
}
