import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
// Where CI is set the parser takes the text from the disk instead of the one it is given.
const parserOptions = { disallowAutomaticSingleRunInference: true };
const eslint = new ESLint({ cwd: root, overrideConfig: { languageOptions: { parserOptions } } });

async function importErrors(filePath: string, imported: string): Promise<number> {
  const [result] = await eslint.lintText(`import '${imported}';\n`, { filePath: `${root}/${filePath}` });
  const messages = result?.messages ?? [];
  expect(messages.filter(({ fatal }) => fatal)).toEqual([]);
  return messages.filter(({ ruleId }) => ruleId === '@typescript-eslint/no-restricted-imports').length;
}

// The first call reads the types of the whole workspace.
describe('imports go one way', { timeout: 120_000 }, () => {
  test.each([
    ['libs/shop/src/index.ts', '@laurel/warehouse'],
    ['libs/change-log/src/index.ts', '@laurel/warehouse'],
    ['libs/service/src/index.ts', '@laurel/shop'],
    ['libs/warehouse/src/index.ts', '@laurel/learning'],
    ['libs/learning/src/index.ts', '@laurel/recommender'],
    ['apps/recommender/src/index.ts', '@laurel/clustering-service'],
    ['apps/recommender/src/index.ts', '@laurel/stack'],
    ['apps/recommender/src/index.ts', '@laurel/shop/src/product.js'],
    ['apps/recommender/src/index.ts', '../../../libs/shop/src/index.js'],
    ['tools/stack/src/index.ts', '@laurel/recommender'],
  ])('%s must not import %s', async (file, imported) => {
    expect(await importErrors(file, imported)).toBe(1);
  });

  test.each([
    ['libs/learning/src/index.ts', '@laurel/warehouse'],
    ['libs/warehouse/src/index.ts', '@laurel/change-log'],
    ['libs/shop/src/index.ts', '@laurel/service'],
    ['apps/recommender/src/index.ts', '@laurel/learning'],
    ['apps/laurel/src/main.ts', '@laurel/recommender'],
    ['apps/laurel/src/main.ts', '@laurel/stack'],
    ['tools/stack/src/index.ts', '@laurel/shop'],
  ])('%s may import %s', async (file, imported) => {
    expect(await importErrors(file, imported)).toBe(0);
  });
});
