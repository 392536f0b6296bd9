import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { evaluateCommand } from './evaluate.js';

const reportSchema = z.object({
  models: z.record(
    z.string(),
    z.object({
      HR5: z.number(),
      NDCG5: z.number(),
      MAP5: z.number(),
      recall20: z.number(),
      users: z.number(),
      byCustomers: z.array(z.object({ users: z.number() })),
      byPopularity: z.array(z.object({ items: z.number(), bought: z.number() })),
    }),
  ),
  best: z.string(),
  data: z.object({ parts: z.array(z.object({ rows: z.number() })), density: z.number() }),
});

let directory: string;
let written: { out: string; err: string };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evaluate-'));
  written = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation(text => ((written.out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation(text => ((written.err += String(text)), true));
  const parts = { train: [0, 1, 2, 3], validation: [4], test: [5] };
  for (const [part, steps] of Object.entries(parts)) {
    const rows = Array.from({ length: 40 }, (_, c) =>
      steps.map(step => `c${c},i${(c % 2) * 8 + ((c + step) % 8)},${1 + step}`),
    );
    await writeFile(join(directory, `${part}.csv`), ['customer,item,quantity', ...rows.flat()].join('\n'));
  }
});

afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await rm(directory, { recursive: true });
});

function run(...args: string[]): Promise<unknown> {
  return evaluateCommand().parseAsync(args, { from: 'user' });
}

describe('laurel evaluate', () => {
  it('prints figures of every model, by groups of customers and products, and what the data is like, as JSON', async () => {
    await run('--split', directory, '--json');
    const { models, best, data } = reportSchema.parse(JSON.parse(written.out));
    expect(Object.keys(models)).toEqual(
      expect.arrayContaining(['popularity', 'cosine', 'bm25', 'als', 'ease', 'blend']),
    );
    expect(models[best]?.users).toBe(40);
    const sum = (values: readonly number[] = []) => values.reduce((total, value) => total + value, 0);
    expect(sum(models[best]?.byCustomers.map(({ users }) => users))).toBe(40);
    expect(sum(models[best]?.byPopularity.map(({ items }) => items))).toBe(16);
    expect(sum(models[best]?.byPopularity.map(({ bought }) => bought))).toBe(40);
    expect(data.parts.map(({ rows }) => rows)).toEqual([160, 40, 40]);
    expect(data.density).toBeCloseTo(160 / (40 * 16), 10);
    expect(process.exitCode).toBeUndefined();
  }, 120_000);

  it('prints an aligned table, best first, writes a page with charts, and says where data is too poor', async () => {
    const page = join(directory, 'report.html');
    const tiers = join(directory, 'tiers.csv');
    await writeFile(tiers, ['customer,tier', 'c0,GOLD', 'c1,GOLD', 'c2,<BRONZE>'].join('\n'));
    await writeFile(join(directory, 'interests.csv'), 'customer,item,kind\nc0,i3,view\nc1,i3,view\nc0,i3,cart\n');
    await run('--split', directory, '--html', page, '--tiers', tiers);
    expect(stripVTControlCharacters(written.out)).toMatch(/model\s+HR@5\s+NDCG@5/);
    expect(written.out).toContain('40 customers tested');
    expect(written.out).toContain('The data is too poor to learn from: 160 order lines');
    const html = await readFile(page, 'utf8');
    expect(html.match(/<svg/g)).toHaveLength(6);
    expect(html).not.toMatch(/(src|href)=/);
    expect(html).toContain('<tr><td>2</td><td>1</td><td>2</td><td>1</td></tr>');
    expect(html).toMatch(/cosine-interests<.*viewWeight/);
    expect(html).toContain('GOLD (2)');
    expect(html).toContain('&lt;BRONZE&gt; (1)');
    expect(html).toContain('160 order lines, at least 200 are needed (minOrderLines)');
  }, 120_000);

  it('says at once that the page has no place', async () => {
    await run('--split', directory, '--html', join(directory, 'nowhere', 'report.html'));
    expect(written.err).toMatch(/--html .*report\.html can't be written: ENOENT/);
    expect(written.out).toBe('');
    expect(process.exitCode).toBe(1);
  });

  it('names the file and the line of a bad row, and fails with 1', async () => {
    await writeFile(join(directory, 'test.csv'), 'customer,item,quantity\nc1,i1,-2\n');
    await run('--split', directory);
    expect(written.err).toMatch(/test\.csv line 2: quantity is "-2"; it must be a number above 0/);
    expect(process.exitCode).toBe(1);
  });

  it.each([[[]], [['--split', '.', '--seed', 'x']], [['--splitt', '.']]])(
    'is a usage error with %j: exit code 2',
    async args => {
      const exit = vi.spyOn(process, 'exit').mockImplementation(code => {
        throw new Error(`exit ${code}`);
      });
      await expect(run(...args)).rejects.toThrow('exit 2');
      expect(exit).toHaveBeenCalledWith(2);
    },
  );
});
