import type { OutgoingHttpHeaders } from 'node:http';
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
import { COMPRESSED_FROM_BYTES } from '@laurel/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql/index.js';
import { CompiledQueries, type OperationObserver } from './compiled-queries.js';
import { callDirectly } from './direct-roots.js';
import { repeatedRequest } from './repeated-request.js';
import { requestScope, type RequestScope } from './request-scope.js';

/** Tells of an answer that it leaves something out, and why. */
const SHORTENED_HEADER = 'x-laurel-shortened';
const JSON_TYPE = 'application/json; charset=utf-8';

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
    await app.register(async scope => {
      // Fastify's own parser, which reads the body once: Nest's copies it and calls the same.
      scope.removeContentTypeParser('application/json');
      const parseJson = scope.getDefaultJsonParser('error', 'error');
      scope.addContentTypeParser('application/json', { parseAs: 'string' }, parseJson);
      scope.route({
        url: path,
        method: ['GET', 'POST'],
        handler: (request, reply) => {
          const context = requestScope(request.scope);
          const again = repeatedRequest(request);
          const known = again && queries.answerAgain(again, context);
          if (typeof known === 'string') return sendJson(reply, context, known);
          const longWay = () => answer(server, request, reply, context);
          if (known === undefined) return longWay();
          return known.then((text): unknown => (text === undefined ? longWay() : sendJson(reply, context, text)));
        },
      });
    });
  }
}

/** Sends an answer as it is; short ones past Fastify's own steps, which have nothing to do for them. */
function sendJson(reply: FastifyReply, context: RequestScope, text: string): FastifyReply {
  common(reply.header('content-type', JSON_TYPE), context);
  const bytes = Buffer.byteLength(text);
  if (bytes >= COMPRESSED_FROM_BYTES) return reply.send(text);
  const headers: OutgoingHttpHeaders = { 'content-length': bytes };
  for (const [name, value] of Object.entries(reply.getHeaders())) headers[name] = value;
  reply.hijack().raw.writeHead(200, headers).end(text);
  return reply;
}

/** Answers are one customer's and of this moment. */
function common(reply: FastifyReply, { shortened }: RequestScope): FastifyReply {
  if (shortened) reply.header(SHORTENED_HEADER, 'overload');
  return reply.header('cache-control', 'no-store');
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
  common(reply, context).code(status ?? 200);
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
