import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** A check made from a JSON schema: whether a value fits, and why it last did not. */
interface Check {
  (value: unknown): unknown;
  errors?: unknown;
}

interface CheckCompiler {
  compile(schema: object): Check;
}

const require = createRequire(import.meta.url);
const client = require.resolve('@platformatic/kafka');
const { ajv } = z
  .object({ ajv: z.custom<CheckCompiler>(value => typeof value === 'object') })
  .parse(require(join(dirname(client), 'utils.js')));

/**
 * @platformatic/kafka 2.12 compiles the checks of the options of all its calls, some fifty, while it is loaded: a third of a second of each
 * process and of each thread, nearly half of what loading it takes. They are made only where its option `strict` is set. Loaded before it, this
 * has each compiled when it is first made.
 */
const compile = ajv.compile.bind(ajv);
ajv.compile = schema => {
  let compiled: Check | undefined;
  const check: Check = value => {
    compiled ??= compile(schema);
    const fits = compiled(value);
    check.errors = compiled.errors;
    return fits;
  };
  return check;
};
