import type { Logger } from 'pino';
import type { ServiceContext } from '@laurel/service';
import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql/index.js';
import { MAX_COST, queryCost } from './limits/query-cost.js';
import { MAX_DEPTH, queryDepth } from './limits/query-depth.js';
import { RecommenderResolver } from './recommender-resolver.js';
import { CompiledApolloDriver, type CompiledApolloConfig } from './server/compiled-apollo-driver.js';
import type { OperationObserver } from './server/compiled-queries.js';

const MAX_TOKENS = 2000;

/** How GraphQL is served: limits on every document, introspection and suggestions in development only, no batches, errors without inner detail. */
export function graphqlOptions({ settings, logger }: ServiceContext, observe: OperationObserver): CompiledApolloConfig {
  return {
    driver: CompiledApolloDriver,
    path: '/graphql',
    root: RecommenderResolver,
    autoSchemaFile: true,
    introspection: settings.development,
    graphiql: settings.development,
    hideSchemaDetailsFromClientErrors: !settings.development,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    autoTransformHttpErrors: false,
    preserveHttpStatusForExecutionErrors: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAX_TOKENS, noLocation: false },
    validationRules: [queryDepth(MAX_DEPTH), queryCost(MAX_COST)],
    formatError: (formatted, error) => publicError(formatted, error, logger),
    observe,
  };
}

/** An error as clients may see it: their own mistakes as they are, anything else logged and without its detail. */
function publicError(formatted: GraphQLFormattedError, error: unknown, logger: Logger): GraphQLFormattedError {
  if (formatted.extensions?.['code'] !== 'INTERNAL_SERVER_ERROR') return formatted;
  logger.error({ err: unwrapResolverError(error) }, 'GraphQL request failed');
  const { path, locations } = formatted;
  return {
    message: 'Something went wrong on our side. It has been logged.',
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
}
