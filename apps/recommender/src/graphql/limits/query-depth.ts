import { GraphQLError, Kind, type ASTVisitor, type SelectionSetNode, type ValidationContext } from 'graphql/index.js';

/** The deepest useful query of this schema takes five levels. */
export const MAX_DEPTH = 8;

/**
 * Refuses documents whose selections are nested deeper than `max`, inline fragments and fragments counted as levels too. Introspection is not
 * counted: it is only answered in development.
 */
export function queryDepth(max: number): (context: ValidationContext) => ASTVisitor {
  return context => ({
    OperationDefinition(operation) {
      const depth = depthOf(context, operation.selectionSet, new Map());
      if (depth <= max) return;
      context.reportError(
        new GraphQLError(
          `The query is ${depth > 1000 ? 'endlessly' : `${depth} levels`} deep. Allowed: ${max} levels.`,
          {
            nodes: operation,
            extensions: { reason: 'QUERY_TOO_DEEP' },
          },
        ),
      );
    },
  });
}

function depthOf(context: ValidationContext, set: SelectionSetNode, fragments: Map<string, number>): number {
  let deepest = 0;
  for (const selection of set.selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD)
      deepest = Math.max(deepest, fragmentDepth(context, selection.name.value, fragments));
    else if (selection.kind === Kind.FIELD && selection.name.value.startsWith('__')) deepest = Math.max(deepest, 1);
    else
      deepest = Math.max(
        deepest,
        1 + (selection.selectionSet ? depthOf(context, selection.selectionSet, fragments) : 0),
      );
  }
  return deepest;
}

function fragmentDepth(context: ValidationContext, name: string, fragments: Map<string, number>): number {
  const known = fragments.get(name);
  if (known !== undefined) return known;
  fragments.set(name, Number.POSITIVE_INFINITY);
  const fragment = context.getFragment(name);
  const depth = fragment ? 1 + depthOf(context, fragment.selectionSet, fragments) : 1;
  fragments.set(name, depth);
  return depth;
}
