const A_DAY_MS = 86_400_000;

/**
 * How long an answer's `Retry-After` (RFC 9110: seconds, or a date) asks to wait from now, in milliseconds: at least 0, at most a day; undefined where it asks nothing that can be read.
 */
export function retryAfterMs(header: string | null | undefined): number | undefined {
  if (header == null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), A_DAY_MS) : undefined;
}
