import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LaurelProcess } from './laurel-process.js';

const READY = /Laurel is ready/;

describe('npm start', () => {
  let laurel: LaurelProcess;

  beforeAll(async () => {
    laurel = await LaurelProcess.prepare();
  });

  afterAll(async () => {
    await laurel.remove();
  });

  const start = async (): Promise<string> => {
    laurel.output = '';
    laurel.launch('start');
    await laurel.eventually('ready', async () => READY.test(laurel.output), 400_000);
    return laurel.output;
  };

  it('fills an empty shop, trains, and shows addresses, keys, a tier, a top 5 and an audience', async () => {
    const output = await start();
    expect(output).toContain(laurel.url('recommender', '/graphql'));
    for (const scope of ['storefront', 'crm', 'marketing', 'admin'])
      expect(output).toMatch(new RegExp(`${scope}\\s+key\\s+\\S{16,}`));
    expect(output).toMatch(/is PLATINUM\. Top 5 \(product_affinity \S+\):\n(\s+\d\. .+\n){5}/);
    const audience = /Audience "Platinum customers".*: (\S+)\n/.exec(output)?.[1] ?? '';
    const lines = (await readFile(audience, 'utf8')).trim().split('\n');
    expect(lines[0]).toBe('Email,Phone,First Name,Last Name,Country,Zip');
    expect(lines.length).toBeGreaterThan(10);
  }, 420_000);

  it('refuses to start a second time on the same ports, and says what to do', async () => {
    const second = await LaurelProcess.prepare();
    second.launch('start', { LAUREL_PORT_BASE: String(laurel.portBase) });
    expect(await second.exited()).toBe(1);
    expect(second.output).toMatch(new RegExp(`${laurel.portBase}.*LAUREL_PORT_BASE`, 's'));
    await second.remove();
  });

  it('stops at Ctrl-C, leaving no port taken', async () => {
    expect(await laurel.end('SIGINT')).toBe(0);
    for (const offset of [0, 1, 2, 3, 4]) expect(await canListen(laurel.portBase + offset)).toBe(true);
  }, 60_000);

  it('resumes without filling, snapshotting or training again', async () => {
    const output = await start();
    expect(output).not.toMatch(/sample shop filled/);
    expect(output).not.toMatch(/trained/);
    expect(output).toMatch(/Top 5/);
    const status = await laurel.json<{ capture: { changes_sent: number }; load: { stored: number } }>(
      'events-ingester',
      '/v1/status',
      'admin',
    );
    expect(status).toMatchObject({ capture: { changes_sent: 0 }, load: { stored: 0 } });
    expect(await laurel.end('SIGTERM')).toBe(0);
  }, 420_000);
});

function canListen(port: number): Promise<boolean> {
  return new Promise(answer => {
    const server = createServer();
    server.once('error', () => answer(false));
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)));
  });
}
