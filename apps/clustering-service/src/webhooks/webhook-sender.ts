import { lookup as resolve } from 'node:dns';
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { retryAfterMs } from '../outgoing/retry-after.js';
import { isPublicAddress } from './public-address.js';

const TIMEOUT_MS = 15_000;
const SOCKETS_PER_HOST = 32;

/** An address that messages are not sent to; the message says why and what to do. */
export class WebhookAddressError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'WebhookAddressError';
  }
}

/** How an attempt ended; `status` is null where nobody answered. */
export interface SendResult {
  status: number | null;
  error: string | null;
  retryAfterMs: number;
  latencyMs: number;
}

/**
 * Posts messages to addresses of other people: to public hosts over HTTPS, and to those that the operator named. The address a name stands
 * for is judged when the connection is made, and that very one is used. Redirects are not followed.
 */
export class WebhookSender {
  private readonly agents = {
    'http:': new HttpAgent({ keepAlive: true, maxSockets: SOCKETS_PER_HOST }),
    'https:': new HttpsAgent({ keepAlive: true, maxSockets: SOCKETS_PER_HOST }),
  };
  private readonly lookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const open = error
        ? []
        : this.isNamed(hostname)
          ? addresses
          : addresses.filter(each => isPublicAddress(each.address));
      const [first] = open;
      if (error) callback(error, '', 0);
      else if (!first) callback(new WebhookAddressError(notPublic(hostname)), '', 0);
      else if (options.all) callback(null, open);
      else callback(null, first.address, first.family);
    });
  };

  /** `privateHosts` are those that need not be public, nor have TLS. */
  constructor(private readonly privateHosts: readonly string[]) {}

  /**
   * The address, if messages may go there as far as can be said without asking for its name.
   *
   * @throws WebhookAddressError
   */
  checked(address: string): URL {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
      throw new WebhookAddressError(`url: ${JSON.stringify(address)} is no address. Allowed: https://host/path`);
    if (url.username !== '' || url.password !== '')
      throw new WebhookAddressError('url: user and password do not belong in it; messages are signed');
    const host = bare(url.hostname);
    if (this.isNamed(host)) return url;
    if (url.protocol === 'http:')
      throw new WebhookAddressError(`url: https was expected. Hosts of WEBHOOK_PRIVATE_HOSTS may do without`);
    if (isIP(host) !== 0 && !isPublicAddress(host)) throw new WebhookAddressError(`url: ${notPublic(host)}`);
    return url;
  }

  /** Posts a body. Never throws: whatever goes wrong is in the result. */
  async post(address: string, headers: Readonly<Record<string, string>>, body: string): Promise<SendResult> {
    const startedMs = performance.now();
    try {
      const response = await this.answerOf(this.checked(address), headers, body);
      const status = response.statusCode ?? 0;
      const error = status >= 200 && status < 300 ? null : `answered ${status}`;
      return {
        status,
        error,
        retryAfterMs: retryAfterMs(response.headers['retry-after']) ?? 0,
        latencyMs: performance.now() - startedMs,
      };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { status: null, error: reason, retryAfterMs: 0, latencyMs: performance.now() - startedMs };
    }
  }

  /** Closes idle connections. */
  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  private answerOf(url: URL, headers: Readonly<Record<string, string>>, body: string): Promise<IncomingMessage> {
    const options: RequestOptions = {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      lookup: this.lookup,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    };
    return new Promise((answered, failed) => {
      const take = (response: IncomingMessage): void => {
        response
          .on('error', failed)
          .on('end', () => answered(response))
          .resume();
      };
      const request =
        url.protocol === 'https:'
          ? httpsRequest(url, { ...options, agent: this.agents['https:'] }, take)
          : httpRequest(url, { ...options, agent: this.agents['http:'] }, take);
      request.on('error', failed).end(body);
    });
  }

  private isNamed(host: string): boolean {
    return this.privateHosts.includes(bare(host).toLowerCase());
  }
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function notPublic(host: string): string {
  return `${host} is not a public host. Name it in WEBHOOK_PRIVATE_HOSTS to allow it`;
}
