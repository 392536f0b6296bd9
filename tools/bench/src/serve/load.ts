import autocannon from 'autocannon';
import { z } from 'zod';
import { quantile } from '../measuring/median.js';
import type { LoadReport } from './load-report.js';
import { GRAPHQL_PATH, top5Body } from './top5-query.js';

const REFUSALS = [429, 503];

const given = z
  .object({
    URL: z.string(),
    KEY: z.string(),
    CONNECTIONS: z.coerce.number(),
    SECONDS: z.coerce.number(),
    /** Asks so many times in all, in place of for so many seconds. */
    AMOUNT: z.coerce.number().optional(),
    /** Asks so often a second, whether or not answers keep up; without it each connection asks as soon as it is answered. */
    RATE: z.coerce.number().optional(),
  })
  .parse(process.env);
const users = z.array(z.string()).parse(JSON.parse(process.env['USERS'] ?? ''));

const requests = users.map(user => ({
  method: 'POST' as const,
  path: GRAPHQL_PATH,
  headers: { 'content-type': 'application/json', authorization: `Bearer ${given.KEY}` },
  body: top5Body(user),
}));
let clients = 0;
const answeredMs: number[] = [];
let refused = 0;
let unforeseen = 0;
const result = await autocannon({
  url: given.URL,
  connections: given.CONNECTIONS,
  duration: given.SECONDS,
  ...(given.AMOUNT && { amount: given.AMOUNT }),
  ...(given.RATE && { overallRate: given.RATE }),
  requests: requests.slice(0, 1),
  // Each connection asks for customers of its own: no two ask for the same one at the same time. A connection's first request is timed from here,
  // so that all of them together must be set up in far less time than a request may take.
  setupClient: client => {
    const connection = clients++;
    client.setRequests(requests.filter((_, at) => at % given.CONNECTIONS === connection));
    client.on('response', (status, _bytes, ms) => {
      if (status === 200) answeredMs.push(ms);
      else if (REFUSALS.includes(status)) refused++;
      else unforeseen++;
    });
  },
});
const report: LoadReport = {
  requests: answeredMs.length,
  perSecond: answeredMs.length / result.duration,
  p50Ms: quantile(answeredMs, 0.5),
  p99Ms: quantile(answeredMs, 0.99),
  refused,
  failed: unforeseen + result.errors,
};
process.stdout.write(JSON.stringify(report));
