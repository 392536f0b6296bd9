import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SCOPES, type Settings } from '@laurel/service';
import pc from 'picocolors';
import { z } from 'zod';
import { LaurelApi } from '../api/laurel-api.js';

const segmentsSchema = z.object({ segments: z.array(z.looseObject({ tier: z.string(), members: z.number() })) });
const membersSchema = z.object({ members: z.array(z.looseObject({ customer_id: z.string() })) });
const audienceSchema = z.looseObject({ id: z.string(), name: z.string() });
const audiencesSchema = z.object({ audiences: z.array(audienceSchema) });
const recommendationsSchema = z.object({
  data: z.object({
    recommendations: z.object({
      model: z.object({ name: z.string(), version: z.string() }),
      items: z.array(
        z.object({
          rank: z.number(),
          product: z.object({ id: z.string(), name: z.string() }),
          reason: z.object({ text: z.string() }),
        }),
      ),
    }),
  }),
});

const TAKEN_UP_TRIES = 20;
const TAKEN_UP_POLL_MS = 250;

const FIRST_AUDIENCE = { name: 'Platinum customers', filter: { tiers: ['PLATINUM'] } };

/** What `npm start` shows when all runs: addresses, keys, one customer's tier and top 5, and a first audience file. */
export async function firstLook(settings: Settings): Promise<string> {
  const api = new LaurelApi(settings);
  const adminKey = api.key('admin');
  const lines = [
    '',
    `  ${pc.bold('Dashboard')}    ${api.baseUrl('dashboard')}/#key=${adminKey}`,
    `  ${pc.bold('Example shop')} ${api.baseUrl('dashboard')}/storefront/#key=${api.findKey('storefront') ?? adminKey}`,
    `  ${pc.bold('GraphQL')}      ${api.baseUrl('recommender')}/graphql`,
    `  ${pc.bold('Tiers, CRM')}   ${api.baseUrl('clustering-service')}/v1/segments   (openapi.json beside it)`,
    `  ${pc.bold('Features')}     ${api.baseUrl('feature-service')}/v1/features/{customer}`,
    `  ${pc.bold('Pipeline')}     ${api.baseUrl('events-ingester')}/v1/status`,
    `  ${pc.bold('MongoDB')}      ${settings.mongodbUri.replace(/\/\/[^@/]*@/, '//…@')}   database ${settings.shopDatabase}`,
    '',
    ...SCOPES.map(scope => `  ${scope.padEnd(12)} key  ${api.findKey(scope) ?? '(none set)'}`),
    '',
  ];
  const { segments } = await api.json('clustering-service', 'GET', '/v1/segments', segmentsSchema);
  lines.push(
    `  Tiers: ${segments.map(({ tier, members }) => `${tier} ${members.toLocaleString('en')}`).join(' · ')}`,
    '',
  );
  const top = segments.find(segment => segment.members > 0);
  if (!top) return lines.concat('  The shop has no customers yet.').join('\n');

  const { members } = await api.json(
    'clustering-service',
    'GET',
    `/v1/segments/${top.tier.toLowerCase()}/members?limit=1`,
    membersSchema,
  );
  const customer = members[0]?.customer_id ?? '';
  lines.push(...(await topFive(api, customer, top.tier)), '', ...(await firstAudience(api, settings)));
  return lines.join('\n');
}

async function topFive(api: LaurelApi, customer: string, tier: string): Promise<string[]> {
  const query = `query Top5($customer: ID!) {
    recommendations(userId: $customer) { model { name version } items { rank product { id name } reason { text } } }
  }`;
  const ask = () =>
    api.json('recommender', 'POST', '/graphql', recommendationsSchema, {
      body: { query, variables: { customer } },
    });
  let answer = await ask();
  // A model just trained is taken up within a second.
  for (let tries = 0; answer.data.recommendations.model.version === '0' && tries < TAKEN_UP_TRIES; tries++) {
    await sleep(TAKEN_UP_POLL_MS);
    answer = await ask();
  }
  const { items, model } = answer.data.recommendations;
  return [
    `  Customer ${pc.bold(customer)} is ${pc.bold(tier)}. Top 5 (${model.name} ${model.version}):`,
    ...items.map(
      ({ rank, product, reason }) =>
        `    ${rank}. ${product.name} ${pc.dim(`(${product.id})`)}  ${pc.dim(reason.text)}`,
    ),
  ];
}

async function firstAudience(api: LaurelApi, settings: Settings): Promise<string[]> {
  const { audiences } = await api.json('clustering-service', 'GET', '/v1/audiences', audiencesSchema);
  const audience =
    audiences.find(({ name }) => name === FIRST_AUDIENCE.name) ??
    (await api.json('clustering-service', 'POST', '/v1/audiences', audienceSchema, { body: FIRST_AUDIENCE }));
  const file = join(settings.home, 'exports', 'platinum-google-customer-match.csv');
  await mkdir(join(settings.home, 'exports'), { recursive: true });
  const path = `/v1/audiences/${audience.id}/export?format=google-customer-match`;
  const response = await api.send('clustering-service', 'GET', path);
  await pipeline(Readable.fromWeb(response.body ?? new ReadableStream()), createWriteStream(file));
  return [`  Audience "${audience.name}" for Google Customer Match, only who consented: ${file}`];
}
