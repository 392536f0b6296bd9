import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createLogger } from './create-logger.js';
import { currentRequestId, requestIdOf } from './request-id.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const lineSchema = z.looseObject({
  level: z.string(),
  time: z.iso.datetime(),
  msg: z.string(),
  requestId: z.string().optional(),
});

describe('createLogger', () => {
  it('writes lines an operator can read, with the request they belong to and without keys', async () => {
    const file = join(folder, 'deep', 'laurel.log');
    const logger = createLogger({ logLevel: 'info' }, file).child({ app: 'recommender' });
    currentRequestId.run('request-1', () =>
      logger.info({ headers: { authorization: 'Bearer secret-key-000001' } }, 'inside'),
    );
    logger.warn('outside');
    logger.debug('below the level');
    const text = await vi.waitFor(() => {
      const written = readFileSync(file, 'utf8');
      expect(written).toContain('outside');
      return written;
    });
    const lines = text
      .trim()
      .split('\n')
      .map(line => lineSchema.parse(JSON.parse(line)));
    expect(lines).toMatchObject([
      { level: 'info', msg: 'inside', requestId: 'request-1', app: 'recommender' },
      { level: 'warn', msg: 'outside', app: 'recommender' },
    ]);
    expect(lines[1]?.requestId).toBeUndefined();
    expect(text).not.toContain('secret-key');
  });
});

describe('requestIdOf', () => {
  it("keeps a caller's id, and makes one where it is missing, too short, too long or could break a line", () => {
    expect(requestIdOf({ headers: { 'x-request-id': 'trace:12345678' } })).toBe('trace:12345678');
    for (const bad of [undefined, 'short', 'x'.repeat(129), 'two words 1234', 'a@example.com-12345']) {
      const made = requestIdOf({ headers: bad === undefined ? {} : { 'x-request-id': bad } });
      expect(made).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});
