import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DestinationError } from './destination-error.js';

/** Where a secret lies: in a variable of the environment, or in a file. The file of destinations itself holds none. */
export const secretSourceSchema = z.union(
  [z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })],
  { error: '{ env: NAME } or { file: PATH } was expected' },
);

export type SecretSource = z.infer<typeof secretSourceSchema>;

/**
 * Reads a secret anew each time, so that one can be rotated without a restart.
 *
 * @throws DestinationError where there is none.
 */
export async function readSecret(source: SecretSource): Promise<string> {
  const secret =
    'env' in source
      ? process.env[source.env]
      : await readFile(source.file, 'utf8').catch((cause: unknown) => {
          throw new DestinationError(`The file ${source.file} with its secret cannot be read`, 401, { cause });
        });
  const trimmed = secret?.trim();
  if (trimmed) return trimmed;
  throw new DestinationError(
    `Its secret is missing: ${'env' in source ? `${source.env} is not set` : `${source.file} is empty`}`,
    401,
  );
}
