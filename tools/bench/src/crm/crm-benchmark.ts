import { join } from 'node:path';
import { openTransport, Topics } from '@laurel/change-log';
import { KeyRing, readSettings } from '@laurel/service';
import { z } from 'zod';
import type { Benchmark } from '../benchmark.js';
import { MeasuredProcess } from '../measuring/measured-process.js';
import { withServers } from '../measuring/with-servers.js';
import { CHANGES, changeLatencyP99Ms, MOVED, RECEIVER_HOST } from './change-latency.js';
import { changeMembers, fillMembers, goldMembers } from './fill-members.js';
import { promoteModel } from './live-model.js';

const MEMBERS = 1_000_000;
/** Of the members one in so many changes between two pulls: 5 %. */
const CHANGED_EVERY = 20;
const PAGE = 10_000;
const READY_WITHIN_MS = 120_000;
const PORT_BASE = 47_200;
const SCRIPT = join(import.meta.dirname, 'laurel-clustering.js');
const SEGMENTS = ['platinum', 'gold', 'silver', 'bronze'];

const pageSchema = z.object({
  members: z.array(z.unknown()),
  next: z.string().nullable(),
  delta_link: z.string().nullable(),
});
const audienceSchema = z.object({ id: z.string() });

/** A CRM's and a marketer's calls on one connection: the whole of all segments, what changed since, and a file for Google Customer Match;
 * then 200 tier changes a second, each told by a webhook. */
export const crmBenchmark: Benchmark = {
  name: 'crm',
  measures:
    'pull of all segments, delta with 5 % changed, export to Google Customer Match: seconds; webhooks at 200 changes/s; peak memory of the service',
  async run(say, { docs = MEMBERS }) {
    const seconds = { full: 0, delta: 0, exported: 0 };
    let peakRssMb = 0;
    let webhookP99Ms = 0;
    await withServers(async ({ mongo, mongodbUri, kafkaBrokers, home, logger }) => {
      const [shop, laurel] = [mongo.db('bench'), mongo.db('bench-laurel')];
      const keys = KeyRing.generate();
      const service = await MeasuredProcess.start({
        name: "Laurel's clustering service",
        command: process.execPath,
        args: ['--max-semi-space-size=8', '--heap-growing-percent=50', SCRIPT],
        logPath: join(home, 'clustering.log'),
        env: {
          MALLOC_ARENA_MAX: '2',
          MONGODB_URI: mongodbUri,
          KAFKA_BROKERS: kafkaBrokers,
          SHOP_DATABASE: shop.databaseName,
          LAUREL_DATABASE: laurel.databaseName,
          LAUREL_HOME: home,
          LAUREL_PORT_BASE: String(PORT_BASE),
          LAUREL_KEYS: keys,
          WEBHOOK_PRIVATE_HOSTS: RECEIVER_HOST,
        },
      });
      const api = new Api(`http://127.0.0.1:${PORT_BASE + 1}`, KeyRing.find(keys, 'admin') ?? '');
      try {
        await service.until(() => api.isReady(), READY_WITHIN_MS);
        say(`ready: ${await service.peakRssMb()} MB`);
        await fillMembers(laurel, shop, docs, say);
        const { id } = audienceSchema.parse(await api.json('/v1/audiences', { name: 'All', filter: {} }));
        const first = await api.followAll(SEGMENTS.map(tier => `/v1/segments/${tier}/members/delta?limit=${PAGE}`));
        check('members pulled', first.entries, docs);
        seconds.full = first.seconds;
        say(`full pull: ${first.seconds.toFixed(1)} s; at most ${await service.peakRssMb()} MB`);
        const changed = await changeMembers(laurel, docs, CHANGED_EVERY);
        const second = await api.followAll(first.links.map(link => `${link}&limit=${PAGE}`));
        check('changes pulled', second.entries, 2 * changed);
        seconds.delta = second.seconds;
        say(`delta of ${changed} changes: ${second.seconds.toFixed(1)} s; at most ${await service.peakRssMb()} MB`);
        const file = await api.export(`/v1/audiences/${id}/export?format=google-customer-match`);
        check('rows exported', file.lines, docs + 1);
        seconds.exported = file.seconds;
        say(`export: ${file.seconds.toFixed(1)} s; at most ${await service.peakRssMb()} MB`);
        await promoteModel(laurel, Object.values(MOVED));
        const settings = readSettings({ MONGODB_URI: mongodbUri, KAFKA_BROKERS: kafkaBrokers, LAUREL_HOME: home });
        const transport = await openTransport(settings, logger);
        try {
          const { features } = new Topics(settings.topicPrefix, shop.databaseName);
          const movers = goldMembers(Math.min(CHANGES, docs / SEGMENTS.length));
          webhookP99Ms = await changeLatencyP99Ms(service, transport, features, movers, async url => {
            await api.json('/v1/webhooks', { url, types: ['tier.upgraded'] });
          });
        } finally {
          await transport.close();
        }
        peakRssMb = await service.peakRssMb();
        say(`webhooks: ${webhookP99Ms.toFixed(0)} ms at p99; at most ${peakRssMb} MB`);
      } finally {
        await service.stop();
      }
    });
    const figure = (value: number) => ({ ours: Math.round(value * 10) / 10 });
    return {
      full_pull_seconds: figure(seconds.full),
      delta_pull_seconds: figure(seconds.delta),
      export_seconds: figure(seconds.exported),
      webhook_p99_ms: figure(webhookP99Ms),
      peak_rss_mb: figure(peakRssMb),
    };
  },
};

/** @throws Error */
function check(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${what}: ${found} instead of ${expected}.`);
}

class Api {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  async isReady(): Promise<boolean> {
    const response = await fetch(`${this.url}/health/ready`).catch(() => undefined);
    await response?.arrayBuffer();
    return response?.ok ?? false;
  }

  async json(path: string, body?: object): Promise<unknown> {
    const response = await this.send(path, body);
    return response.json();
  }

  /** Follows each link to its end, one after the other. */
  async followAll(links: readonly string[]): Promise<{ entries: number; links: string[]; seconds: number }> {
    const startedMs = performance.now();
    let entries = 0;
    const ends: string[] = [];
    for (const link of links) {
      for (let path = link; ;) {
        const { members, next, delta_link } = pageSchema.parse(await this.json(path));
        entries += members.length;
        if (delta_link !== null) {
          ends.push(delta_link);
          break;
        }
        path = `${link.split('?')[0] ?? ''}?limit=${PAGE}&cursor=${next ?? ''}`;
      }
    }
    return { entries, links: ends, seconds: (performance.now() - startedMs) / 1000 };
  }

  /** Reads a file to its end, keeping nothing. */
  async export(path: string): Promise<{ lines: number; seconds: number }> {
    const startedMs = performance.now();
    const { body } = await this.send(path);
    let lines = 0;
    for await (const chunk of body ?? new ReadableStream<Uint8Array>())
      for (const byte of chunk) if (byte === 10) lines++;
    return { lines, seconds: (performance.now() - startedMs) / 1000 };
  }

  private async send(path: string, body?: object): Promise<Response> {
    const response = await fetch(`${this.url}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${this.key}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  }
}
