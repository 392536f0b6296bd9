// Asks the package registry whether a dependency that ships has a known weakness of level high or more, and fails if so. A registry that
// cannot be asked is said so and fails nothing: that is no finding.
import { spawnSync } from 'node:child_process';

const ARGUMENTS = ['audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=20000'];
const LEVELS = ['high', 'critical'];

const { stdout, error } = spawnSync('npm', ARGUMENTS, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
const report = parsed(stdout);
if (report?.vulnerabilities && report.metadata?.vulnerabilities) {
  const found = Object.values(report.vulnerabilities).filter(({ severity }) => LEVELS.includes(severity));
  for (const { name, severity, range } of found) console.log(`${name} ${range}: ${severity}`);
  console.log(
    found.length > 0
      ? `${found.length} dependencies with known weaknesses. npm audit --omit=dev says more.`
      : 'No known weakness of level high or more among the dependencies that ship.',
  );
  process.exitCode = found.length > 0 ? 1 : 0;
} else {
  console.log(`Not audited: ${report?.message ?? error?.message ?? 'npm audit gave no report'}.`);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
