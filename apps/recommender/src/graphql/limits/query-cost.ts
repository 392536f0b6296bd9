import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type FieldNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql/index.js';

/** Two lists of 100 with every field, or about forty lists of five. */
export const MAX_COST = 8000;

const QUERY_COST = 50;
const DEFAULT_FIRST = 5;
const LARGEST_FIRST = 100;
const BECAUSE = 2;
const MOST_CUSTOMERS = 50;

/**
 * Refuses documents that cost more than `max`: each root query 50 for its work, each field 1, whatever is in a list as often as the list may be
 * long (`first`; 100 where it is a variable), and for a batch as often as it names customers (50 where they are a variable). So the cost is the document's own, counted once and not on every request; @skip and @include
 * save nothing.
 */
export function queryCost(max: number): (context: ValidationContext) => ASTVisitor {
  return context => ({
    OperationDefinition(operation) {
      const cost = costOf(context, operation.selectionSet, new Map(), true);
      if (cost <= max) return;
      context.reportError(
        new GraphQLError(
          `The query costs ${Number.isFinite(cost) ? cost : 'endlessly much'}. Allowed: ${max}. Ask for fewer lists, fields or items at once.`,
          {
            nodes: operation,
            extensions: { reason: 'QUERY_TOO_COSTLY' },
          },
        ),
      );
    },
  });
}

function costOf(
  context: ValidationContext,
  set: SelectionSetNode,
  fragments: Map<string, number>,
  root: boolean,
): number {
  let cost = 0;
  for (const selection of set.selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) cost += fragmentCost(context, selection.name.value, fragments, root);
    else if (selection.kind === Kind.INLINE_FRAGMENT) cost += costOf(context, selection.selectionSet, fragments, root);
    else {
      const within = selection.selectionSet ? costOf(context, selection.selectionSet, fragments, false) : 0;
      cost += ((root ? QUERY_COST : 1) + within * itemsOf(selection, root)) * (root ? listsOf(selection) : 1);
    }
  }
  return cost;
}

function itemsOf(field: FieldNode, root: boolean): number {
  if (!root) return field.name.value === 'because' ? BECAUSE : 1;
  const first = field.arguments?.find(argument => argument.name.value === 'first')?.value;
  if (first?.kind === Kind.VARIABLE) return LARGEST_FIRST;
  return first?.kind === Kind.INT ? Math.min(LARGEST_FIRST, Math.max(1, Number(first.value))) : DEFAULT_FIRST;
}

function listsOf(field: FieldNode): number {
  const customers = field.arguments?.find(argument => argument.name.value === 'userIds')?.value;
  if (customers?.kind === Kind.VARIABLE) return MOST_CUSTOMERS;
  return customers?.kind === Kind.LIST ? customers.values.length : 1;
}

function fragmentCost(context: ValidationContext, name: string, fragments: Map<string, number>, root: boolean): number {
  const key = `${root} ${name}`;
  const known = fragments.get(key);
  if (known !== undefined) return known;
  fragments.set(key, Number.POSITIVE_INFINITY);
  const fragment = context.getFragment(name);
  const cost = fragment ? costOf(context, fragment.selectionSet, fragments, root) : 0;
  fragments.set(key, cost);
  return cost;
}
