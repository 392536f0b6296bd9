import { readSettings } from '@laurel/service';
import { Command } from 'commander';
import pc from 'picocolors';
import { examine } from '../doctor/examine.js';
import { runCommand } from '../terminal/run-command.js';
import { table } from '../terminal/table.js';

const marks = { ok: pc.green('ok'), warn: pc.yellow('warn'), fail: pc.red('fail') };

/** `laurel doctor` */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('look at MongoDB, Kafka, the disk and the services, and say how to mend what is wrong')
    .option('--json', 'print as JSON')
    .action((options: { json?: boolean }) =>
      runCommand(async () => {
        const findings = await examine(readSettings());
        if (options.json) process.stdout.write(`${JSON.stringify({ findings })}\n`);
        else {
          const rows = findings.map(({ check, state, found, mend }) => [marks[state], check, found, mend ?? '']);
          process.stdout.write(`${table(['', 'check', 'found', 'what to do'], rows)}\n`);
        }
        if (findings.some(finding => finding.state === 'fail')) process.exitCode = 1;
      }),
    );
}
