import autocannon from 'autocannon';
import { z } from 'zod';
import type { LoadReport } from './load-report.js';
import { GRAPHQL_PATH, top5Body } from './top5-query.js';

const given = z
  .object({ URL: z.string(), KEY: z.string(), SECONDS: z.coerce.number(), CONNECTIONS: z.coerce.number() })
  .parse(process.env);
const users = z.array(z.string()).parse(JSON.parse(process.env['USERS'] ?? ''));

const requests = users.map(user => ({
  method: 'POST' as const,
  path: GRAPHQL_PATH,
  headers: { 'content-type': 'application/json', authorization: `Bearer ${given.KEY}` },
  body: top5Body(user),
}));
let clients = 0;
const result = await autocannon({
  url: given.URL,
  connections: given.CONNECTIONS,
  duration: given.SECONDS,
  requests: requests.slice(0, 1),
  // Each connection begins with a customer of its own: no two ask for the same one at the same time.
  setupClient: client => {
    const from = Math.floor((clients++ * requests.length) / given.CONNECTIONS);
    client.setRequests([...requests.slice(from), ...requests.slice(0, from)]);
  },
});
const report: LoadReport = {
  requests: result.requests.total,
  perSecond: result.requests.total / result.duration,
  p50Ms: result.latency.p50,
  p99Ms: result.latency.p99,
  failed: result.non2xx + result.errors + result.timeouts,
};
process.stdout.write(JSON.stringify(report));
