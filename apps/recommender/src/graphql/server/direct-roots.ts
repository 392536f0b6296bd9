import type { GraphQLSchema } from 'graphql/index.js';

/**
 * Lets the root fields call the methods of their name on `resolver` themselves, with their arguments and the context. Nest's own way there runs guards, pipes and interceptors, each
 * with promises of its own; a resolver that has none of these and checks its arguments itself need not pay for them.
 */
export function callDirectly(schema: GraphQLSchema, resolver: object): void {
  const methods: ReadonlyMap<string, unknown> = new Map(
    Object.getOwnPropertyNames(Object.getPrototypeOf(resolver)).map(name => [name, Reflect.get(resolver, name)]),
  );
  for (const root of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      const method = methods.get(field.name);
      if (typeof method === 'function')
        field.resolve = (_source, args, context) => Reflect.apply(method, resolver, [args, context]);
    }
  }
}
