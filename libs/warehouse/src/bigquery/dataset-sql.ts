const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|\blaurel\.(json_text\s*\()?/gi;

/**
 * A statement of ours in BigQuery's words, the one place where the two differ in a name: `laurel.` becomes the dataset, and `laurel.json_text(…)`
 * becomes `JSON_VALUE(…)`, as BigQuery takes a path only as a literal and so not through a function of ours.
 */
export function datasetSql(sql: string, dataset: string): string {
  return sql.replace(token, (text, jsonText: string | undefined) => {
    if (!/^laurel\.(json_text\s*\()?$/i.test(text)) return text;
    return jsonText === undefined ? `\`${dataset}\`.` : 'JSON_VALUE(';
  });
}
