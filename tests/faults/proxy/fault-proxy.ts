import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Which protocol a proxy has to refuse in. */
export type ProxiedProtocol = 'rest' | 'grpc';

/** What HTTP calls 503 and 429. */
export type Refusal = 503 | 429;

/** gRPC's UNAVAILABLE and RESOURCE_EXHAUSTED. */
const GRPC_STATUS = { 503: '14', 429: '8' } as const;

/** Stands before a server on loopback: passes everything on, loses the server's answers, or refuses every request itself. */
export class FaultProxy implements AsyncDisposable {
  /** `host:port`. */
  readonly address: string;
  readonly #target: { host: string; port: number };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #losing = false;
  #refusal: Refusal | undefined;
  readonly #refuser: HttpServer | Http2Server;

  private constructor(target: { host: string; port: number }, protocol: ProxiedProtocol, server: Server) {
    this.#target = target;
    this.#server = server;
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    this.address = `127.0.0.1:${address.port}`;
    this.#refuser = protocol === 'rest' ? this.#restRefuser() : this.#grpcRefuser();
    server.on('connection', client => this.#join(client));
  }

  /** A proxy before `host:port`. */
  static async open(target: string, protocol: ProxiedProtocol): Promise<FaultProxy> {
    const [host = '', port = ''] = target.split(':');
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultProxy({ host, port: Number(port) }, protocol, server);
  }

  /** From now on no answer of the server arrives; requests do. */
  loseAnswers(): void {
    this.#losing = true;
  }

  /** From now on every request is refused and none reaches the server. */
  refuse(status: Refusal): void {
    this.#refusal = status;
    this.#cut();
  }

  /** Breaks all connections, and passes everything on from now on. */
  heal(): void {
    this.#losing = false;
    this.#refusal = undefined;
    this.#cut();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: Socket): void {
    this.#watch(client);
    if (this.#refusal !== undefined) {
      this.#refuser.emit('connection', client);
      return;
    }
    const server = connect(this.#target.port, this.#target.host);
    this.#watch(server);
    client.once('close', () => server.destroy());
    server.once('close', () => client.destroy());
    client.on('data', data => server.write(data));
    server.on('data', data => {
      if (!this.#losing) client.write(data);
    });
  }

  #watch(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #restRefuser(): HttpServer {
    return createHttpServer((request, response) => {
      const code = this.#refusal ?? 503;
      const reason = code === 429 ? 'rateLimitExceeded' : 'backendError';
      request.resume();
      response.writeHead(code, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code, message: reason, errors: [{ reason, message: reason }] } }));
    });
  }

  #grpcRefuser(): Http2Server {
    const server = createHttp2Server();
    server.on('sessionError', () => undefined);
    server.on('stream', stream => {
      stream.on('error', () => undefined);
      const headers = { ':status': 200, 'content-type': 'application/grpc' };
      stream.respond(
        { ...headers, 'grpc-status': GRPC_STATUS[this.#refusal ?? 503], 'grpc-message': 'refused by the fault suite' },
        { endStream: true },
      );
    });
    return server;
  }
}
