import type { Finding } from './finding.js';

const MAXIMUM_SKEW_MS = 2000;

/**
 * Compares another machine's clock with this one's. `askedMs` and `answeredMs` are when it was asked and when it answered, by this clock: its
 * time lies between them, so the skew is at least what this tells.
 */
export function clockSkew(whose: string, theirs: Date, askedMs: number, answeredMs: number): Finding {
  const theirsMs = theirs.getTime();
  const skewMs = Math.max(0, askedMs - theirsMs, theirsMs - answeredMs);
  const check = `clock of ${whose}`;
  if (skewMs <= MAXIMUM_SKEW_MS) return { check, state: 'ok', found: `${Math.round(skewMs)} ms from this machine's` };
  return {
    check,
    state: 'warn',
    found: `${(skewMs / 1000).toFixed(1)} s ${theirsMs < askedMs ? 'behind' : 'ahead of'} this machine's`,
    mend: `Synchronise the clocks of this machine and of ${whose} (NTP): windows of time and lags are told by them.`,
  };
}
