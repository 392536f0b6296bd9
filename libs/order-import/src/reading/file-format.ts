import { open, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { OrderFileError } from '../order-file-error.js';

/** The kinds of file that can be imported. */
export type FileFormat = 'csv' | 'parquet' | 'ndjson';

/** The character encodings a text file may have. */
export type FileEncoding = 'utf-8' | 'utf-16' | 'latin-1';

/** What the first bytes of a file tell. `head` is its beginning as text, up to 64 kB, empty for Parquet. */
export interface FileStart {
  readonly format: FileFormat;
  readonly head: string;
}

const HEAD_BYTES = 65_536;

/**
 * Looks at the beginning of a file.
 *
 * @throws OrderFileError when it does not exist, is empty, or is of no known kind or encoding.
 */
export async function readFileStart(file: string, encoding: FileEncoding): Promise<FileStart> {
  const bytes = await firstBytes(file);
  if (bytes.length === 0)
    throw new OrderFileError(file, 'the file is empty', 'A CSV, Parquet or NDJSON file of order lines is expected');
  if (bytes.subarray(0, 4).toString('latin1') === 'PAR1') return { format: 'parquet', head: '' };
  if (encoding !== 'utf-16' && (bytes[0] === 0xff || bytes[0] === 0xfe)) {
    throw new OrderFileError(
      file,
      'the file is not encoded in UTF-8 but, by its first bytes, in UTF-16',
      'Import it with --encoding utf-16',
    );
  }
  const text = new TextDecoder(
    encoding === 'utf-16' ? 'utf-16le' : encoding === 'latin-1' ? 'windows-1252' : 'utf-8',
  ).decode(bytes);
  if (text.includes('\0')) {
    throw new OrderFileError(
      file,
      'the file is binary and not Parquet',
      'A CSV, Parquet or NDJSON file of order lines is expected',
    );
  }
  const isJson = text.trimStart().startsWith('{') || ['.ndjson', '.jsonl'].includes(extname(file).toLowerCase());
  if (!isJson && text.trimStart().startsWith('[')) {
    throw new OrderFileError(
      file,
      'the file is one JSON array',
      'Write one JSON object a line (NDJSON), for example with jq -c .[]',
    );
  }
  return { format: isJson ? 'ndjson' : 'csv', head: text };
}

async function firstBytes(file: string): Promise<Buffer> {
  const found = await stat(file).catch(() => undefined);
  if (!found) throw new OrderFileError(file, 'there is no such file', 'Check the path');
  if (!found.isFile())
    throw new OrderFileError(file, 'this is not a file', 'Name a CSV, Parquet or NDJSON file of order lines');
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
