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
import { QueryShortcut } from './query-shortcut.js';
import { answerHeaders, requestScope, type RequestScope } from './request-scope.js';

type Gateway = NonNullable<ConstructorParameters<typeof ApolloServer>[0]['gateway']>;

/** Options of {@link CompiledApolloDriver}, beside those of Nest's own driver. */
export interface CompiledApolloConfig extends ApolloDriverConfig {
  observe?: OperationObserver;
  /** The provider whose methods answer the root fields. */
  root: Type<object>;
}

/**
 * Nest's Apollo driver for Fastify, but queries run compiled: Apollo Server takes {@link CompiledQueries} as its executor and keeps everything
 * else (parsing, validation, persisted queries, errors). A query that it has taken and that was compiled is answered by the {@link QueryShortcut} when it comes
 * again; whatever is not plain data goes through Apollo Server.
 */
@Injectable()
export class CompiledApolloDriver extends ApolloDriver {
  @Inject(ModuleRef) private readonly modules!: ModuleRef;
  /** Past Apollo Server, for queries it has taken; undefined until the app has come up. */
  shortcut: QueryShortcut | undefined;

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
    const shortcut = new QueryShortcut(path, queries);
    this.shortcut = shortcut;
    await app.register(async scope => {
      // Fastify's own parser, which reads the body once: Nest's copies it and calls the same.
      scope.removeContentTypeParser('application/json');
      const parseJson = scope.getDefaultJsonParser('error', 'error');
      scope.addContentTypeParser('application/json', { parseAs: 'string' }, parseJson);
      scope.route({
        url: path,
        method: ['GET', 'POST'],
        handler: (request, reply) => {
          const long = shortcut.longAnswer(request.raw);
          if (long) return reply.headers(long.headers).send(long.text);
          return answer(server, request, reply, requestScope(request.scope));
        },
      });
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

async function answer(
  server: ApolloServer,
  request: FastifyRequest,
  reply: FastifyReply,
  context: RequestScope,
): Promise<string> {
  const { headers, body, status } = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method,
      headers: headersOf(request),
      search: request.url.slice((request.url.indexOf('?') + 1 || request.url.length + 1) - 1),
      body: request.body,
    },
    context: async () => context,
  });
  for (const [name, value] of headers) reply.header(name, value);
  reply.headers(answerHeaders(context)).code(status ?? 200);
  if (body.kind === 'complete') return body.string;
  throw new Error('Answers in parts are not offered');
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
