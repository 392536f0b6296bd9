import { protos } from '@google-cloud/bigquery-storage';
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  status,
} from '@grpc/grpc-js';
import { tableFromArrays, tableToIPC } from 'apache-arrow';

const { CreateReadSessionRequest, ReadRowsRequest, ReadRowsResponse, ReadSession } =
  protos.google.cloud.bigquery.storage.v1;

type RowsRequest = protos.google.cloud.bigquery.storage.v1.ReadRowsRequest;

const service = '/google.cloud.bigquery.storage.v1.BigQueryRead';

/** What a stream does when it is opened: gives rows numbered from its offset, so many of them, then ends or breaks. */
export interface StreamReaction {
  readonly rows: number;
  readonly then: 'end' | 'break' | 'refuse';
}

/** A Storage Read service whose streams break when a test wants it, which no emulator's do. Its rows are `{n}`: stream s counts from 1000 s. */
export class ScriptedReadService implements Disposable {
  private constructor(
    private readonly server: Server,
    readonly address: string,
    /** The openings of streams that came, as `name@offset`, in order. */
    readonly opened: readonly string[],
  ) {}

  /** `script` says for each stream what each of its openings does, one after the other. */
  static async start(script: readonly (readonly StreamReaction[])[]): Promise<ScriptedReadService> {
    const server = new Server();
    const opened: string[] = [];
    const openings = script.map(reactions => [...reactions.keys()]);
    server.addService(
      {
        createReadSession: {
          path: `${service}/CreateReadSession`,
          requestStream: false,
          responseStream: false,
          requestSerialize: Buffer.from,
          requestDeserialize: bytes => CreateReadSessionRequest.decode(bytes),
          responseSerialize: answer => Buffer.from(ReadSession.encode(answer).finish()),
          responseDeserialize: bytes => bytes,
        },
        readRows: {
          path: `${service}/ReadRows`,
          requestStream: false,
          responseStream: true,
          requestSerialize: Buffer.from,
          requestDeserialize: bytes => ReadRowsRequest.decode(bytes),
          responseSerialize: answer => Buffer.from(ReadRowsResponse.encode(answer).finish()),
          responseDeserialize: bytes => bytes,
        },
      },
      {
        createReadSession: (_call: ServerUnaryCall<unknown, unknown>, reply: sendUnaryData<object>) =>
          reply(null, {
            arrowSchema: { serializedSchema: arrowStream(0).schema },
            streams: script.map((_, at) => ({ name: `streams/${at}` })),
          }),
        readRows: (call: ServerWritableStream<RowsRequest, object>) => {
          const { readStream, offset } = call.request;
          const stream = Number(readStream.split('/')[1]);
          opened.push(`${stream}@${offset}`);
          const { rows, then } = script[stream]?.[openings[stream]?.shift() ?? 0] ?? { rows: 0, then: 'end' };
          for (let at = 0; at < rows; at++) {
            const { batch } = arrowStream(1000 * stream + Number(offset) + at);
            call.write({ arrowRecordBatch: { serializedRecordBatch: batch }, rowCount: 1 });
          }
          if (then === 'end') call.end();
          else {
            const code = then === 'break' ? status.UNAVAILABLE : status.PERMISSION_DENIED;
            call.emit('error', { code, details: `${then} on purpose` });
          }
        },
      },
    );
    const port = Promise.withResolvers<number>();
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? port.reject(error) : port.resolve(bound),
    );
    return new ScriptedReadService(server, `127.0.0.1:${await port.promise}`, opened);
  }

  [Symbol.dispose](): void {
    this.server.forceShutdown();
  }
}

/** A stream of the Arrow format with one row `{n}`, taken apart as Google sends it: the schema once, then the batches. */
function arrowStream(n: number): { schema: Uint8Array; batch: Uint8Array } {
  const stream = tableToIPC(tableFromArrays({ n: Float64Array.of(n) }), 'stream');
  const metadataBytes = new DataView(stream.buffer, stream.byteOffset).getInt32(4, true);
  const end = 8 + metadataBytes;
  return { schema: stream.subarray(0, end), batch: stream.subarray(end) };
}
