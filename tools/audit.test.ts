import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'audit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the audit with a stand-in for npm that prints a report. */
function audit(report: string): { status: number | null; stdout: string } {
  writeFileSync(join(folder, 'report.json'), report);
  writeFileSync(join(folder, 'npm'), `#!/bin/sh\ncat "${join(folder, 'report.json')}"\nexit 1\n`, { mode: 0o755 });
  const PATH = `${folder}${delimiter}${process.env['PATH'] ?? ''}`;
  return spawnSync(process.execPath, [join(import.meta.dirname, 'audit.mjs')], {
    encoding: 'utf8',
    env: { ...process.env, PATH },
  });
}

const reportOf = (severity: string): string =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: { lamp: { name: 'lamp', severity, range: '<1.2.3' } },
    metadata: { vulnerabilities: { [severity]: 1, total: 1 } },
  });

it.each<[string, string, number, RegExp]>([
  ['fails on a known weakness, and names it', reportOf('high'), 1, /^lamp <1\.2\.3: high\n1 dependencies/],
  ['lets a slight one pass', reportOf('moderate'), 0, /^No known weakness/],
  ['fails nothing when the registry cannot be asked', '{"message":"ENOTFOUND"}', 0, /^Not audited: ENOTFOUND\.\n$/],
  ['fails nothing when there is no report', 'Killed', 0, /^Not audited: npm audit gave no report\.\n$/],
])('%s', (_, report, status, says) => {
  const result = audit(report);
  expect(result.stdout).toMatch(says);
  expect(result.status).toBe(status);
});
