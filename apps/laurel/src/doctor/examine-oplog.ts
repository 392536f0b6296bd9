import type { OplogWindow } from '@laurel/change-log';
import type { Finding } from './finding.js';

const HOUR_MS = 3_600_000;
const MINIMUM_HOURS = 24;
const NEARLY_FULL = 0.9;
const LITTLE_LEFT = 0.25;

/** Sets what MongoDB still remembers against how far capture has come (undefined before it first ran). */
export function examineOplog({ oldest, newest, filled }: OplogWindow, capturedUntil: Date | undefined): Finding {
  const check = 'oplog window';
  const hours = (newest.getTime() - oldest.getTime()) / HOUR_MS;
  const size = `reaches back ${hours.toFixed(1)} h, ${Math.round(filled * 100)} % full`;
  const enlarge = 'Enlarge the oplog: db.adminCommand({replSetResizeOplog: 1, size: MB}).';
  if (capturedUntil === undefined) return judged(check, size, filled >= NEARLY_FULL && hours < MINIMUM_HOURS, enlarge);
  const behindHours = Math.max(0, newest.getTime() - capturedUntil.getTime()) / HOUR_MS;
  const found = `${size}; capture is ${behindHours < 0.1 ? 'at its end' : `${behindHours.toFixed(1)} h behind`}`;
  if (capturedUntil < oldest) {
    return {
      check,
      state: 'fail',
      found,
      mend: `Changes were lost before they were read: when capture starts it reads everything anew. ${enlarge}`,
    };
  }
  const tight = filled >= NEARLY_FULL && (hours < MINIMUM_HOURS || hours - behindHours < hours * LITTLE_LEFT);
  return judged(
    check,
    found,
    tight,
    behindHours > hours / 2 ? `Start capture soon (laurel serve). ${enlarge}` : enlarge,
  );
}

function judged(check: string, found: string, tight: boolean, mend: string): Finding {
  return tight ? { check, state: 'warn', found, mend } : { check, state: 'ok', found };
}
