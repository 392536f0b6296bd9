import { ApolloServer, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Inject, Injectable, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql/index.js';
import { CompiledQueries, type OperationObserver } from './compiled-queries.js';
import { callDirectly } from './direct-roots.js';
import { repeatedRequest } from './repeated-request.js';
import type { RequestScope } from './request-scope.js';

type Gateway = NonNullable<ConstructorParameters<typeof ApolloServer>[0]['gateway']>;

/** Options of {@link CompiledApolloDriver}, beside those of Nest's own driver. */
export interface CompiledApolloConfig extends ApolloDriverConfig {
  observe?: OperationObserver;
  /** The provider whose methods answer the root fields. */
  root: Type<object>;
}

/**
 * Nest's Apollo driver for Fastify, but queries run compiled: Apollo Server takes {@link CompiledQueries} as its executor and keeps everything
 * else (parsing, validation, persisted queries, errors). A query that it has taken and that was compiled is answered at once when it comes
 * again; whatever is not plain data goes through Apollo Server.
 */
@Injectable()
export class CompiledApolloDriver extends ApolloDriver {
  @Inject(ModuleRef) private readonly modules!: ModuleRef;

  protected override async registerFastify(options: CompiledApolloConfig): Promise<void> {
    const app: FastifyInstance = this.httpAdapterHost.httpAdapter.getInstance();
    const { schema, path = '/graphql', observe = () => undefined, root } = options;
    if (!schema) throw new Error('The GraphQL schema has not been built');
    callDirectly(schema, this.modules.get(root, { strict: false }));
    const queries = new CompiledQueries(schema, observe);
    const server = new ApolloServer({
      ...options,
      typeDefs: undefined,
      schema: undefined,
      resolvers: undefined,
      gateway: compilingGateway(schema, queries),
      plugins: [
        ...(options.plugins ?? []),
        ApolloServerPluginCacheControlDisabled(),
        ApolloServerPluginInlineTraceDisabled(),
        ApolloServerPluginSchemaReportingDisabled(),
        ApolloServerPluginUsageReportingDisabled(),
        fastifyApolloDrainPlugin(app),
      ],
    });
    await server.start();
    this.apolloServer = server;
    app.route({
      url: path,
      method: ['GET', 'POST'],
      handler: async (request, reply) => {
        const again = repeatedRequest(request);
        const known = again && (await queries.answerAgain(again, contextOf(request)));
        if (known === undefined) return answer(server, request, reply);
        reply.header('content-type', 'application/json; charset=utf-8').header('cache-control', 'no-store');
        return known;
      },
    });
  }
}

function compilingGateway(schema: GraphQLSchema, queries: CompiledQueries): Gateway {
  return {
    onSchemaLoadOrUpdate(loaded) {
      loaded({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    async load() {
      return {
        executor: ({ document, queryHash, request, context }) =>
          queries.execute({
            document,
            text: request.query,
            queryHash,
            operationName: request.operationName,
            variables: request.variables,
            context,
          }),
      };
    },
    async stop() {},
  };
}

async function answer(server: ApolloServer, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  const { headers, body, status } = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method,
      headers: headersOf(request),
      search: request.url.slice((request.url.indexOf('?') + 1 || request.url.length + 1) - 1),
      body: request.body,
    },
    context: async () => contextOf(request),
  });
  for (const [name, value] of headers) reply.header(name, value);
  reply.header('cache-control', 'no-store').code(status ?? 200);
  if (body.kind === 'complete') return body.string;
  throw new Error('Answers in parts are not offered');
}

function contextOf({ scope }: FastifyRequest): RequestScope {
  return { scope };
}

/** The request headers that Apollo Server reads. */
const HEADERS = ['content-type', 'accept', 'apollo-require-preflight', 'x-apollo-operation-name'] as const;

function headersOf(request: FastifyRequest): HeaderMap {
  const headers = new HeaderMap();
  for (const name of HEADERS) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}
