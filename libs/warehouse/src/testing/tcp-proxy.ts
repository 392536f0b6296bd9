import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands before a server on loopback, and can lose what the server answers. */
export class TcpProxy implements AsyncDisposable {
  readonly #sockets = new Set<Socket>();
  #losing = false;

  private constructor(private readonly server: Server) {}

  /** A proxy before `host:port`. */
  static async open(target: string): Promise<TcpProxy> {
    const [host = '', port = ''] = target.split(':');
    const server = createServer();
    const proxy = new TcpProxy(server);
    server.on('connection', client => proxy.#join(client, connect(Number(port), host)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** Where the proxy listens. */
  get address(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return `127.0.0.1:${address.port}`;
  }

  /** From now on no answer of the server arrives; requests do. */
  loseAnswers(): void {
    this.#losing = true;
  }

  /** Breaks all connections; new ones get their answers. */
  cut(): void {
    this.#losing = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  #join(client: Socket, server: Socket): void {
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', data => server.write(data));
    server.on('data', data => {
      if (!this.#losing) client.write(data);
    });
  }
}
