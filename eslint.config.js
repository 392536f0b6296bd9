import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';

const root = dirname(fileURLToPath(import.meta.url));

/** What each kind of project may import of the workspace; `scope` narrows it for the libs, whose order is one-way. */
const MAY_IMPORT = {
  'scope:service': [],
  'scope:shop': ['service'],
  'scope:storefront-client': [],
  'scope:change-log': ['shop', 'service'],
  'scope:order-import': ['shop', 'service'],
  'scope:warehouse': ['change-log', 'shop', 'service'],
  'scope:test-home': ['change-log', 'service'],
  'scope:learning': ['warehouse', 'change-log', 'shop', 'service'],
  'scope:laurel': ['app', 'lib', 'tool'],
  'scope:bench': ['app', 'lib', 'tool'],
  app: ['lib'],
  tool: ['lib', 'tool'],
  test: ['app', 'lib', 'tool'],
};

const projects = ['apps', 'libs', 'tools', 'tests']
  .flatMap(group => (group === 'tests' ? ['tests'] : foldersOf(group)))
  .map(readProject);

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.nx/', '.laurel/', '**/generated/', 'libs/*/assembly/'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strict],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.check.json', './apps/dashboard/web/tsconfig.json'],
        tsconfigRootDir: root,
      },
    },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // In files with decorators the rule leaves alone what Nest needs as a value.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/unified-signatures': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },
  {
    // Loops over typed arrays: the compiler cannot know that an index is within bounds.
    files: ['libs/learning/**/*.ts', 'apps/recommender/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  ...projects.map(boundary),
);

function foldersOf(group) {
  return readdirSync(join(root, group), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => `${group}/${entry.name}`);
}

function readProject(folder) {
  const { name, nx } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return { folder, name, tags: nx?.tags ?? [] };
}

/** Forbids, in one project's folder, the import of every other project that its tags do not allow, and of the insides of any. */
function boundary(project) {
  const tag =
    project.tags.find(candidate => candidate.startsWith('scope:') && candidate in MAY_IMPORT) ??
    project.tags.find(candidate => candidate in MAY_IMPORT);
  const allowed = MAY_IMPORT[tag] ?? [];
  const isAllowed = other =>
    other === project || other.tags.some(t => allowed.includes(t) || allowed.includes(t.replace('scope:', '')));
  const forbidden = projects.filter(other => !isAllowed(other));
  return {
    files: [`${project.folder}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: forbidden.map(({ name }) => ({
            name,
            message: `${project.name} must not depend on it: imports go from apps to libs, one way.`,
          })),
          patterns: [
            {
              group: [
                '@laurel/*/*',
                '!@laurel/*/package.json',
                '!@laurel/service/settings',
                '!@laurel/learning/als',
                '!@laurel/test-home/browser',
                '!@laurel/recommender/export',
              ],
              message: 'Import a project by its name; its insides are its own.',
            },
            { group: ['**/apps/**', '**/libs/**', '**/tools/**'], message: 'Import another project by its name.' },
          ],
        },
      ],
    },
  };
}
