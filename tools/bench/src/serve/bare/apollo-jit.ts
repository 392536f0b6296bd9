import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import fastifyApollo from '@as-integrations/fastify';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { fastify } from 'fastify';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { listenOn, resolvers, SDL } from './answers.js';

const schema = makeExecutableSchema({ typeDefs: SDL, resolvers });
const known = new Map<string, CompiledQuery>();

const server = new ApolloServer({
  gateway: {
    onSchemaLoadOrUpdate(loaded) {
      loaded({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: () =>
      Promise.resolve({
        executor: ({ document, queryHash, request, context }) => {
          let query = known.get(queryHash);
          if (!query) {
            const compiled = compileQuery(schema, document, request.operationName);
            if (!isCompiledQuery(compiled)) return Promise.resolve(compiled);
            known.set(queryHash, (query = compiled));
          }
          return Promise.resolve(query.query({}, context, request.variables ?? {}));
        },
      }),
    stop: () => Promise.resolve(),
  },
  introspection: false,
  persistedQueries: false,
  plugins: [
    ApolloServerPluginCacheControlDisabled(),
    ApolloServerPluginInlineTraceDisabled(),
    ApolloServerPluginLandingPageDisabled(),
    ApolloServerPluginSchemaReportingDisabled(),
    ApolloServerPluginUsageReportingDisabled(),
  ],
});
await server.start();
const app = fastify();
await app.register(fastifyApollo(server), { path: '/graphql' });
await app.listen(listenOn);
