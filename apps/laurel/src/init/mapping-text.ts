import { stringify } from 'yaml';
import type { CollectionProposal, FieldProposal, MissingField, Proposal } from './proposal.js';

/** The proposed file: YAML, with what was found, how sure it is, and what is left to say in comments. */
export function mappingText({ database, collections, missing, ignored }: Proposal): string {
  const lines = [
    `# How the shop in the database ${oneLine(database)} is kept, guessed from samples of its documents.`,
    '# Read every line: "high", "medium" and "low" say how sure a guess is.',
    '# What a collection holds goes into Kafka and the warehouse, personal data too: name under drop what must not, and under hash',
    '# what may only as a digest (that needs LAUREL_HASH_SECRET). Audiences read contact data from MongoDB when they are exported.',
    'collections:',
    ...collections.flatMap(collectionLines),
    ...missing.flatMap(({ collection, advice }) => ['', `  # ${oneLine(advice)}.`, `  ${collection}: false`]),
    ...(ignored.length > 0 ? ['', '# Not read:'] : []),
    ...ignored.map(({ collection, why }) => `#   ${oneLine(collection)}: ${oneLine(why)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function collectionLines(proposal: CollectionProposal): string[] {
  const { collection, from, confidence, documents, sampled, fields, missing, drop, trial } = proposal;
  const head = [
    '',
    `  # ${oneLine(from)}: ${documents} documents, ${sampled} looked at. ${confidence}.`,
    ...(trial ? [`  # ${trial.fit} of ${trial.documents} sampled documents come out right.`] : []),
    ...(trial?.problems ?? []).map(problem => `  #   ${oneLine(problem)}`),
  ];
  const same = fields.filter(({ rule }) => rule === undefined).map(({ field }) => field);
  const body = [
    ...(from === collection ? [] : [`    from: ${flow(from)}`]),
    ...(same.length > 0 ? [`    # As Laurel expects them already: ${same.join(', ')}.`] : []),
    ...fieldLines(fields, missing),
    ...(drop.length > 0 ? ['    # Leave these out: they must go nowhere.', `    drop: ${flow(drop)}`] : []),
  ];
  const isEmpty = body.every(line => line.trim().startsWith('#'));
  return [...head, `  ${collection}:${isEmpty ? ' {}' : ''}`, ...body];
}

/** The fields of a collection; those below `items`, `consent` and `event_params` stand below them. */
function fieldLines(fields: readonly FieldProposal[], missing: readonly MissingField[]): string[] {
  const written = fields.filter(({ rule }) => rule !== undefined);
  const topOf = (field: string) => field.split('.')[0] ?? field;
  const parents = new Set(written.filter(({ field }) => field.includes('.')).map(({ field }) => topOf(field)));
  const lines: string[] = [];
  for (const { field, rule, confidence, why } of written) {
    if (field.includes('.') || parents.has(field)) continue;
    lines.push(`      ${field}: ${flow(rule)} # ${confidence}: ${oneLine(why)}`);
  }
  for (const parent of parents) {
    const own = fields.find(({ field }) => field === parent);
    lines.push(`      ${parent}:`);
    if (own) lines.push(`        from: ${flow(own.from)} # ${own.confidence}: ${oneLine(own.why)}`);
    lines.push('        fields:');
    for (const { field, rule, confidence, why } of written)
      if (field.startsWith(`${parent}.`))
        lines.push(`          ${field.slice(parent.length + 1)}: ${flow(rule)} # ${confidence}: ${oneLine(why)}`);
  }
  const notes = missing.map(
    ({ field, required, advice }) =>
      `      # ${required ? 'MISSING, needed' : 'not found'}: ${field}. ${oneLine(advice)}`,
  );
  if (lines.length === 0) return notes.map(note => note.slice(2));
  return ['    fields:', ...lines, ...notes];
}

/** On one line. What holds spaces other than the common one stands as JSON, which is YAML too: without quotes they would be cut off. */
function flow(value: unknown): string {
  const json = JSON.stringify(value);
  if (/[^\S ]/.test(json)) return json;
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}

/** Names and words of the shop's own, which may hold anything, within a comment. */
function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}\u2028\u2029]+/gu, ' ');
}
