import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { isSurelyGone, processMark } from './process-mark.js';

describe.runIf(process.platform === 'linux')('a mark of a process', () => {
  it('is the same each time, and its process is there', () => {
    const mark = processMark() ?? '';
    expect(mark).toMatch(new RegExp(`-${process.pid}-`));
    expect(processMark()).toBe(mark);
    expect(isSurelyGone(mark)).toBe(false);
  });

  it('tells that a process is gone only once it has ended, not while it is suspended', async () => {
    const child = spawn('sleep', ['600']);
    await once(child, 'spawn');
    const mark = await markOf(child.pid ?? 0);
    child.kill('SIGSTOP');
    expect(isSurelyGone(mark)).toBe(false);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    expect(isSurelyGone(mark)).toBe(true);
  });

  it('tells another process that has the same number from the one that had it', () => {
    const [machine, pid, startedAt] = (processMark() ?? '').split('-');
    expect(isSurelyGone(`${machine}-${pid}-${Number(startedAt) - 1}`)).toBe(true);
  });

  it('says nothing of other machines and of what is no mark', () => {
    expect(isSurelyGone('0123456789abcdef-999999-1')).toBe(false);
    for (const other of ['', 'laurel', '-1-1', '0123456789abcdef-1']) expect(isSurelyGone(other)).toBe(false);
  });
});

/** The mark of another process, as it would make it itself. */
async function markOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const startedAt = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return (processMark() ?? '').replace(/-\d+-\d+$/, `-${pid}-${startedAt}`);
}
