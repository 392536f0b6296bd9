import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { BigQuery } from '@google-cloud/bigquery';
import { connectBigQuery } from '../bigquery/bigquery-clients.js';

/** What the service does with a request: answers, or breaks the connection. */
export type RestAnswer = { readonly status: number; readonly body: object } | 'break';

/** BigQuery's REST service for the project `p` as a test scripts it, for answers that no emulator gives. */
export class ScriptedRestService implements AsyncDisposable {
  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly rest: BigQuery,
    /** The requests that came, as `METHOD /path` behind the project, and their bodies. */
    readonly requests: readonly string[],
    readonly bodies: readonly string[],
  ) {}

  /** Answers requests in the order of `answers`, and breaks all others. */
  static async start(...answers: RestAnswer[]): Promise<ScriptedRestService> {
    const requests: string[] = [];
    const bodies: string[] = [];
    const server = createServer((request: IncomingMessage, response) => {
      void text(request).then(body => {
        requests.push(`${request.method} ${request.url?.replace(/^.*\/projects\/p|\?.*$/g, '')}`);
        bodies.push(body);
        const answer = answers.shift();
        if (!answer || answer === 'break') return response.destroy();
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
        return undefined;
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const endpoints = { apiEndpoint: `http://127.0.0.1:${port}`, storageEndpoint: '127.0.0.1:1' };
    const { rest } = connectBigQuery({ project: 'p', dataset: 'd', ...endpoints });
    return new ScriptedRestService(server, rest, requests, bodies);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}
