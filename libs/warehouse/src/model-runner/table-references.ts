const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\blaurel\.([A-Za-z_]\w*)(\s*\()?/gi;

/** The names after `laurel.` in a statement, without function calls, text and comments; sorted, each once. */
export function tableReferences(sql: string): string[] {
  const names = new Set<string>();
  for (const [, name, call] of sql.matchAll(token)) {
    if (name !== undefined && call === undefined) names.add(name);
  }
  return [...names].sort();
}
