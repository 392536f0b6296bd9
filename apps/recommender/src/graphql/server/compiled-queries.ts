import {
  execute,
  getOperationAST,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type SelectionNode,
} from 'graphql/index.js';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { keepNewest } from '../../columns/keep-newest.js';
import type { RepeatedRequest } from './repeated-request.js';

/** One operation to run. */
export interface OperationRequest {
  document: DocumentNode;
  /** The document as it was sent; undefined where only its hash was. */
  text: string | undefined;
  /** Hash of the document's text. */
  queryHash: string;
  operationName: string | undefined;
  variables: Record<string, unknown> | undefined;
  context: unknown;
}

interface KnownQuery {
  name: string;
  compiled: CompiledQuery | undefined;
  /** It changes nothing, so that running it twice does no harm. */
  readOnly: boolean;
}

/** Told of every operation that was run: its root query (`several` for more than one), how long it took, and whether it failed. */
export type OperationObserver = (query: string, seconds: number, failed: boolean) => void;

/** Longer texts are not kept to be known again. */
const LONGEST_TEXT = 20_000;

/**
 * Runs queries; from the second time on as code compiled for that very query (graphql-jit), which takes a fraction of the time. A query seen once
 * is interpreted, so that ever new queries cannot keep the compiler busy. Holds the `capacity` queries that came last.
 */
export class CompiledQueries {
  private readonly known = new Map<string, KnownQuery>();
  private readonly hashes = new Map<string, string>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly observe: OperationObserver,
    private readonly capacity = 500,
  ) {}

  async execute(request: OperationRequest): Promise<ExecutionResult> {
    const startedMs = performance.now();
    const key = keyOf(request.queryHash, request.operationName);
    const known = this.known.get(key) ?? this.remember(key, request);
    const result = await this.run(known, request);
    this.observe(known.name, (performance.now() - startedMs) / 1000, result.errors !== undefined);
    return result;
  }

  /**
   * The whole answer, as JSON, to a query that {@link execute} has compiled before; at once, unless a resolver has to wait. Undefined where there is
   * none, or where it is not plain data: then nothing has happened yet, and the request goes the long way.
   */
  answerAgain(
    { text, hash, operationName, variables }: RepeatedRequest,
    context: unknown,
  ): string | undefined | Promise<string | undefined> {
    const queryHash = text === undefined ? hash : this.hashes.get(text);
    const known = queryHash === undefined ? undefined : this.known.get(keyOf(queryHash, operationName));
    if (!known?.compiled || !known.readOnly) return undefined;
    const startedMs = performance.now();
    const jsonOf = ({ data, errors }: ExecutionResult): string | undefined => {
      if (errors !== undefined || data === undefined) return undefined;
      const answer = `{"data":${JSON.stringify(data)}}\n`;
      this.observe(known.name, (performance.now() - startedMs) / 1000, false);
      return answer;
    };
    const result = known.compiled.query({}, context, variables ?? {});
    return result instanceof Promise ? result.then(jsonOf) : jsonOf(result);
  }

  private async run(known: KnownQuery, request: OperationRequest): Promise<ExecutionResult> {
    if (known.compiled) {
      const result = await known.compiled.query({}, request.context, request.variables ?? {});
      // Variables that do not fit: graphql's own messages name them better.
      if (result.data !== undefined) return result;
    }
    return execute({
      schema: this.schema,
      document: request.document,
      contextValue: request.context,
      variableValues: request.variables,
      operationName: request.operationName,
    });
  }

  /** The first time a query is only noted; it is compiled when it comes again. */
  private remember(key: string, { document, text, queryHash, operationName }: OperationRequest): KnownQuery {
    const noted = `noted ${key}`;
    const operation = getOperationAST(document, operationName);
    const name = operation ? queryName(operation.selectionSet.selections) : 'several';
    const readOnly = operation?.operation === OperationTypeNode.QUERY;
    if (!this.known.delete(noted)) {
      const first: KnownQuery = { name, compiled: undefined, readOnly };
      keepNewest(this.known, noted, first, this.capacity);
      return first;
    }
    const compiled = compileQuery(this.schema, document, operationName, { disableLeafSerialization: true });
    const known = { name, compiled: isCompiledQuery(compiled) ? compiled : undefined, readOnly };
    keepNewest(this.known, key, known, this.capacity);
    if (text !== undefined && text.length <= LONGEST_TEXT) keepNewest(this.hashes, text, queryHash, this.capacity);
    return known;
  }
}

function keyOf(queryHash: string, operationName: string | undefined): string {
  return operationName === undefined ? queryHash : `${queryHash}/${operationName}`;
}

function queryName(selections: readonly SelectionNode[]): string {
  const [only, ...others] = selections;
  return only?.kind === Kind.FIELD && others.length === 0 ? only.name.value : 'several';
}
