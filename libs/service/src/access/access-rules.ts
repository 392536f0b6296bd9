import type { Scope } from './key-ring.js';

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

/** An app's rules with those of every app, the most specific first. */
export function inOrder(appRules: readonly AccessRule[]): readonly AccessRule[] {
  return [...ALWAYS_PUBLIC, ...appRules].sort(mostSpecificFirst);
}

/**
 * Who may call a request's address, by rules in the order of {@link inOrder}. An address can be written in several ways (`/v1/%6dodels`, `/v1/models%3Aname`): the router decodes what is
 * no delimiter before it looks for the route, the handler gets its parameters decoded whole. Both readings must be allowed, and one that
 * cannot be decoded is for nobody but admin.
 */
export function allowedScopes(rules: readonly AccessRule[], method: string, url: string): readonly Scope[] | 'public' {
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
