import { describe, expect, it } from 'vitest';
import { examineOplog } from './examine-oplog.js';

const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour));
const window = (hours: number, filled: number) => ({ oldest: at(100), newest: at(100 + hours), filled });

describe('examineOplog', () => {
  it.each([
    ['has not begun, and the oplog is young', window(2, 0.1), undefined, 'ok', '2.0 h, 10 % full'],
    ['has not begun, and the oplog is full and short', window(2, 0.99), undefined, 'warn', '2.0 h, 99 % full'],
    ['is at the end', window(48, 0.99), at(148), 'ok', 'at its end'],
    ['is behind, with most of the window left', window(48, 0.99), at(140), 'ok', '8.0 h behind'],
    ['is far behind', window(48, 0.99), at(110), 'warn', '38.0 h behind'],
    ['is far behind in an oplog that still grows', window(48, 0.5), at(110), 'ok', '38.0 h behind'],
    ['needs what is gone', window(48, 0.99), at(99), 'fail', '49.0 h behind'],
  ])('when capture %s', (_, oplog, capturedUntil, state, found) => {
    const finding = examineOplog(oplog, capturedUntil);
    expect(finding).toMatchObject({ state, found: expect.stringContaining(found) });
    expect(finding.mend === undefined).toBe(state === 'ok');
  });
});
