import type { protos, v1 } from '@google-cloud/bigquery-storage';
import { z } from 'zod';

const answerMs = 60_000;

const answerSchema = z.object({
  appendResult: z.object({ offset: z.object({ value: z.coerce.string() }).nullish() }).nullish(),
  error: z.object({ code: z.number(), message: z.string() }).nullish(),
  rowErrors: z.array(z.object({ index: z.coerce.number(), message: z.string() })).nullish(),
});

/** What the service said to one request. */
export type AppendAnswer = z.infer<typeof answerSchema>;

/** The connection broke, or no answer came: whether the rows were stored is not known. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';

  constructor(
    reason: string,
    /** gRPC status code, where the service gave one. */
    readonly code: number | undefined,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/**
 * One gRPC connection for appends, with one request in flight. An answer can thus belong to no other request, which is why Google's own
 * `managedwriter` is not used: after a reconnect it may give one append the answer of another.
 */
export class AppendConnection {
  readonly #call: ReturnType<v1.BigQueryWriteClient['appendRows']>;
  #waiting: PromiseWithResolvers<AppendAnswer> | undefined;
  #broken: NoAnswerError | undefined;

  constructor(client: v1.BigQueryWriteClient, stream: string) {
    const headers = { 'x-goog-request-params': `write_stream=${encodeURIComponent(stream)}` };
    this.#call = client.appendRows({ otherArgs: { headers } });
    this.#call.on('data', (answer: unknown) => this.#settle(answer));
    this.#call.on('error', (error: Error) => {
      const code = 'code' in error && typeof error.code === 'number' ? error.code : undefined;
      this.#break(new NoAnswerError(error.message, code, { cause: error }));
    });
    this.#call.on('close', () => this.#break(new NoAnswerError('the connection was closed', undefined)));
  }

  /** Whether it is of no more use; Google closes connections that were idle for some minutes. */
  get isBroken(): boolean {
    return this.#broken !== undefined;
  }

  /** Sends one request and waits for its answer. After a NoAnswerError the connection is of no more use. */
  async send(request: protos.google.cloud.bigquery.storage.v1.IAppendRowsRequest): Promise<AppendAnswer> {
    if (this.#broken) throw this.#broken;
    if (this.#waiting) throw new Error('an append is in flight on this connection');
    const waiting = Promise.withResolvers<AppendAnswer>();
    this.#waiting = waiting;
    const timer = setTimeout(
      () => this.#break(new NoAnswerError(`no answer within ${answerMs / 1000} s`, undefined)),
      answerMs,
    );
    this.#call.write(request);
    try {
      return await waiting.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#break(new NoAnswerError('the connection was closed', undefined));
  }

  #settle(answer: unknown): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    const parsed = answerSchema.safeParse(answer);
    if (parsed.success) waiting?.resolve(parsed.data);
    else waiting?.reject(parsed.error);
  }

  #break(error: NoAnswerError): void {
    if (this.#broken) return;
    this.#broken = error;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
    this.#call.cancel();
  }
}
