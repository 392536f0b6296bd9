import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SecretBox } from '@laurel/service';
import type { Binary } from 'mongodb';
import { describe, expect, it } from 'vitest';
import type { RunningShop } from './main-job-cases.js';

const DEADLINE = { timeout: 30_000 };

/** Keys are replaced while Laurel runs: those of the APIs, and those that seal what it keeps. */
export function keyRotationCases(running: () => RunningShop): void {
  describe('without a restart', () => {
    it('a new key of an API opens it, and one that is gone no longer does', async () => {
      const { laurel } = running();
      const before = await readFile(laurel.keysFile, 'utf8');
      const key = `crm-${randomBytes(12).toString('hex')}`;
      const status = async () =>
        (await laurel.call('clustering-service', '/v1/segments', { authorization: `Bearer ${key}` })).status;
      expect(await status()).toBe(401);
      await writeFile(laurel.keysFile, `${before}\ncrm=${key}\n`);
      await expect.poll(status, DEADLINE).toBe(200);
      expect((await laurel.call('clustering-service', '/v1/segments', 'crm')).status).toBe(200);
      await writeFile(laurel.keysFile, before);
      await expect.poll(status, DEADLINE).toBe(401);
    });

    it('what is sealed is sealed anew with the encryption key that is put in front, so that the old one may go', async () => {
      const { laurel, shop } = running();
      const kept = shop.client.db(laurel.names.laurel);
      const file = join(laurel.home, 'encryption-keys');
      const sealedWith = async () =>
        (await kept.collection<{ _id: string; keyId: string }>('seals').findOne({ _id: 'all' }))?.keyId;
      const crm = createServer((_, response) => response.writeHead(204).end());
      await once(crm.listen(0, '127.0.0.1'), 'listening');
      try {
        const url = `http://127.0.0.1:${(crm.address() as AddressInfo).port}/`;
        const call = { method: 'POST', body: JSON.stringify({ url }) };
        const endpoint = await laurel.json<{ id: string; secret: string }>(
          'clustering-service',
          '/v1/webhooks',
          'crm',
          call,
        );
        const old = await readFile(file, 'utf8');
        await expect.poll(sealedWith, DEADLINE).toBe(SecretBox.from(old.trim()).newestKeyId);
        const key = randomBytes(32).toString('base64');
        const young = SecretBox.from(key);
        await writeFile(file, `${key}\n${old}`);
        await expect.poll(sealedWith, DEADLINE).toBe(young.newestKeyId);
        await writeFile(file, key);
        const stored = await kept
          .collection<{ _id: string; secrets: { sealed: Binary }[] }>('webhook_endpoints')
          .findOne({ _id: endpoint.id });
        const [secret] = stored?.secrets ?? [];
        expect(secret && young.unseal(secret.sealed.buffer, `webhook_endpoints/${endpoint.id}`)).toBe(endpoint.secret);
        const test = await laurel.json('clustering-service', `/v1/webhooks/${endpoint.id}:test`, 'crm', {
          method: 'POST',
        });
        expect(test).toMatchObject({ delivered: true });
      } finally {
        crm.closeAllConnections();
        crm.close();
      }
    });
  });
}
