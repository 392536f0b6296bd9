const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\blaurel\.([A-Za-z_]\w*)(\s*\()?/gi;

/** The names after `laurel.` in a statement, without function calls, text and comments; sorted, each once. */
export function tableReferences(sql: string): string[] {
  const names = new Set<string>();
  for (const [, name, call] of sql.matchAll(token)) {
    if (name !== undefined && call === undefined) names.add(name);
  }
  return [...names].sort();
}

/** A statement that reads other tables: `laurel.old` becomes `laurel.new` where `names` has `old`. */
export function renameTables(sql: string, names: ReadonlyMap<string, string>): string {
  return sql.replace(token, (text, name: string | undefined, call: string | undefined) => {
    const renamed = name !== undefined && call === undefined ? names.get(name) : undefined;
    return renamed === undefined ? text : `laurel.${renamed}`;
  });
}
