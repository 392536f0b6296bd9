import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** A call that was made. */
export interface RecordedCall {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: unknown;
}

/** What is answered; `retryAfter` in seconds. */
export interface RecordedAnswer {
  status?: number;
  body?: unknown;
  retryAfter?: number;
}

/** Somebody else's API: a real server that answers as their documentation says, and keeps what it was asked. */
export class RecordedApi {
  readonly calls: RecordedCall[] = [];
  /** Answers that come before those of {@link answer}, each once. */
  readonly next: RecordedAnswer[] = [];
  answer: (call: RecordedCall) => RecordedAnswer = () => ({});
  private readonly server: Server = createServer((request, response) => {
    void text(request).then(sent => {
      const { method = '', url = '', headers } = request;
      const call = { method, path: url, headers, body: sent === '' ? undefined : JSON.parse(sent) };
      this.calls.push(call);
      const { status = 200, body, retryAfter } = this.next.shift() ?? this.answer(call);
      response.writeHead(status, {
        'content-type': 'application/json',
        ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  });

  /** Begins to listen; gives its address. */
  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${z.object({ port: z.number() }).parse(this.server.address()).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}
