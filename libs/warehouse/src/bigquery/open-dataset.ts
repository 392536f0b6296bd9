import type { BigQuery, Dataset } from '@google-cloud/bigquery';
import { z } from 'zod';
import { restStatus } from './rest-table.js';

const datasetSchema = z.object({ location: z.string().optional() });

/** Finds the dataset, or makes it where Google puts datasets by default; statements must run where it lies. */
export async function openDataset(
  rest: BigQuery,
  name: string,
): Promise<{ dataset: Dataset; location: string | undefined }> {
  const dataset = rest.dataset(name);
  const read = async (): Promise<string | undefined> => {
    const [metadata] = await dataset.getMetadata();
    return datasetSchema.parse(metadata).location;
  };
  try {
    return { dataset, location: await read() };
  } catch (error) {
    if (restStatus(error) !== 404) throw error;
  }
  try {
    await dataset.create();
  } catch (error) {
    if (restStatus(error) !== 409) throw error;
  }
  return { dataset, location: await read() };
}
