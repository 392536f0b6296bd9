import { type GraphQLSchema, isObjectType } from 'graphql/index.js';
import { checkTime } from '../limits/query-time.js';
import type { RequestScope } from './request-scope.js';

/** What Nest calls the resolver it gives a field that has none: it reads the property of the field's name. */
const PROPERTY_READER = 'rootFieldResolver';

/**
 * Lets the root fields call the methods of their name on `resolver` themselves, with their arguments and the context, as long as the request has time
 * left, and all other fields be read without a call. Nest's own way to a root field runs guards, pipes and interceptors, each with promises of its own; a resolver that has none of
 * these and checks its arguments itself need not pay for them.
 */
export function callDirectly(schema: GraphQLSchema, resolver: object): void {
  const methods: ReadonlyMap<string, unknown> = new Map(
    Object.getOwnPropertyNames(Object.getPrototypeOf(resolver)).map(name => [name, Reflect.get(resolver, name)]),
  );
  for (const root of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      const method = methods.get(field.name);
      if (typeof method === 'function')
        field.resolve = (_source, args, context: RequestScope) => {
          checkTime(context);
          return Reflect.apply(method, resolver, [args, context]);
        };
    }
  }
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(type.getFields()))
      if (field.resolve?.name === PROPERTY_READER) delete field.resolve;
  }
}
