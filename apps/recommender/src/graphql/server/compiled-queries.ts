import {
  execute,
  getOperationAST,
  Kind,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql/index.js';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';

/** One operation to run. */
export interface OperationRequest {
  document: DocumentNode;
  /** Hash of the document's text. */
  queryHash: string;
  operationName: string | undefined;
  variables: Record<string, unknown> | undefined;
  context: unknown;
}

interface KnownQuery {
  name: string;
  compiled: CompiledQuery | undefined;
}

/** Told of every operation that was run: its root query (`several` for more than one), how long it took, and whether it failed. */
export type OperationObserver = (query: string, seconds: number, failed: boolean) => void;

/**
 * Runs queries; from the second time on as code compiled for that very query (graphql-jit), which takes a fraction of the time. A query seen once
 * is interpreted, so that ever new queries cannot keep the compiler busy. Holds the `capacity` queries that came last.
 */
export class CompiledQueries {
  private readonly known = new Map<string, KnownQuery>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly observe: OperationObserver,
    private readonly capacity = 500,
  ) {}

  async execute(request: OperationRequest): Promise<ExecutionResult> {
    const startedMs = performance.now();
    const key =
      request.operationName === undefined ? request.queryHash : `${request.queryHash}/${request.operationName}`;
    const known = this.known.get(key) ?? this.remember(key, request);
    const result = await this.run(known, request);
    this.observe(known.name, (performance.now() - startedMs) / 1000, result.errors !== undefined);
    return result;
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
  private remember(key: string, { document, operationName }: OperationRequest): KnownQuery {
    const noted = `noted ${key}`;
    if (!this.known.delete(noted)) {
      const first: KnownQuery = { name: queryName(document, operationName), compiled: undefined };
      this.keep(noted, first);
      return first;
    }
    const compiled = compileQuery(this.schema, document, operationName);
    const known = {
      name: queryName(document, operationName),
      compiled: isCompiledQuery(compiled) ? compiled : undefined,
    };
    this.keep(key, known);
    return known;
  }

  private keep(key: string, query: KnownQuery): void {
    if (this.known.size >= this.capacity) {
      const oldest = this.known.keys().next().value;
      if (oldest !== undefined) this.known.delete(oldest);
    }
    this.known.set(key, query);
  }
}

function queryName(document: DocumentNode, operationName: string | undefined): string {
  const selections = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
  const [only, ...others] = selections;
  return only?.kind === Kind.FIELD && others.length === 0 ? only.name.value : 'several';
}
