/** What BigQuery says of a model's quality, in columns that depend on its kind. */
export function evaluateModel(model: string): string {
  return `SELECT * FROM ML.EVALUATE(MODEL laurel.${model})`;
}

/** Writes a model to Cloud Storage, as a TensorFlow SavedModel. @param uri `gs://bucket/path` without quotes or backslashes. */
export function exportModel(model: string, uri: string): string {
  return `EXPORT MODEL laurel.${model} OPTIONS (URI = '${uri}')`;
}
