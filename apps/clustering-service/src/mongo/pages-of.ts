import type { FindCursor } from 'mongodb';

/** What a cursor finds, as many at a time as come in one answer: a promise for each page instead of two for each document. */
export async function* pagesOf<T>(cursor: FindCursor<T>): AsyncGenerator<T[]> {
  try {
    while (await cursor.hasNext()) yield cursor.readBufferedDocuments();
  } finally {
    await cursor.close();
  }
}
