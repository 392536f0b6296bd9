import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as it came. */
export interface ReceivedMessage {
  headers: IncomingHttpHeaders;
  id: string;
  raw: string;
  type: string;
  data: { customer_id: string; reason_type?: string; segment?: string };
  /** What was answered. */
  status: number;
}

/** A CRM that takes webhooks, and answers as a test wants it to. */
export class WebhookReceiver {
  readonly messages: ReceivedMessage[] = [];
  /** The status to answer a message with; 204 unless a test says otherwise. */
  answer: (message: Omit<ReceivedMessage, 'status'>) => number = () => 204;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const raw = Buffer.concat(chunks).toString();
        const { type, data } = JSON.parse(raw) as Pick<ReceivedMessage, 'type' | 'data'>;
        const message = { headers: request.headers, id: String(request.headers['webhook-id']), raw, type, data };
        const status = receiver.answer(message);
        receiver.messages.push({ ...message, status });
        response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks`;
  }

  /** What came of a customer and was accepted, each message once, in the order of its first arrival. */
  acceptedOf(customerId: string): ReceivedMessage[] {
    const seen = new Set<string>();
    return this.messages.filter(({ id, data, status }) => {
      if (data.customer_id !== customerId || status >= 300 || seen.has(id)) return false;
      seen.add(id);
      return true;
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}
