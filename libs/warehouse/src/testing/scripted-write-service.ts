import { protos } from '@google-cloud/bigquery-storage';
import {
  type ServerDuplexStream,
  type sendUnaryData,
  Server,
  ServerCredentials,
  status,
  type ServerUnaryCall,
} from '@grpc/grpc-js';

const { AppendRowsRequest, AppendRowsResponse, CreateWriteStreamRequest, WriteStream } =
  protos.google.cloud.bigquery.storage.v1;

type Request = protos.google.cloud.bigquery.storage.v1.AppendRowsRequest;
type Answer = protos.google.cloud.bigquery.storage.v1.IAppendRowsResponse;

/** What the service does with a request: answers, or breaks the connection. */
export type Reaction = Answer | 'break';

const service = '/google.cloud.bigquery.storage.v1.BigQueryWrite';

/** A Storage Write service that says what a test wants, for answers that no emulator gives. Stores nothing. */
export class ScriptedWriteService implements Disposable {
  private constructor(
    private readonly server: Server,
    readonly address: string,
    /** The appends that came, in order. */
    readonly requests: readonly Request[],
  ) {}

  /** `react` is asked for each append, with how many came before it. */
  static async start(react: (request: Request, before: number) => Reaction): Promise<ScriptedWriteService> {
    const server = new Server();
    const requests: Request[] = [];
    server.addService(
      {
        createWriteStream: {
          path: `${service}/CreateWriteStream`,
          requestStream: false,
          responseStream: false,
          requestSerialize: Buffer.from,
          requestDeserialize: bytes => CreateWriteStreamRequest.decode(bytes),
          responseSerialize: answer => Buffer.from(WriteStream.encode(answer).finish()),
          responseDeserialize: bytes => bytes,
        },
        appendRows: {
          path: `${service}/AppendRows`,
          requestStream: true,
          responseStream: true,
          requestSerialize: Buffer.from,
          requestDeserialize: bytes => AppendRowsRequest.decode(bytes),
          responseSerialize: answer => Buffer.from(AppendRowsResponse.encode(answer).finish()),
          responseDeserialize: bytes => bytes,
        },
      },
      {
        createWriteStream: (_call: ServerUnaryCall<unknown, unknown>, reply: sendUnaryData<object>) =>
          reply(null, { name: 'projects/p/datasets/d/tables/t/streams/s' }),
        appendRows: (call: ServerDuplexStream<Request, Answer>) => {
          call.on('data', (request: Request) => {
            const reaction = react(request, requests.push(request) - 1);
            if (reaction === 'break') call.emit('error', { code: status.UNAVAILABLE, details: 'broken on purpose' });
            else call.write(reaction);
          });
          call.on('end', () => call.end());
        },
      },
    );
    const port = Promise.withResolvers<number>();
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? port.reject(error) : port.resolve(bound),
    );
    return new ScriptedWriteService(server, `127.0.0.1:${await port.promise}`, requests);
  }

  [Symbol.dispose](): void {
    this.server.forceShutdown();
  }
}
