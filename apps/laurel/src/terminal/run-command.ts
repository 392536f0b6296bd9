import { SettingsError } from '@laurel/service';
import pc from 'picocolors';

/**
 * Runs a command's work and turns what goes wrong into one clear line and exit code 1. The stack of an unforeseen error is shown with
 * `LOG_LEVEL=debug`.
 */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    for (const line of message.split('\n')) process.stderr.write(`${pc.red('laurel:')} ${line}\n`);
    if (error instanceof Error && !(error instanceof SettingsError) && process.env['LOG_LEVEL'] === 'debug') {
      process.stderr.write(`${error.stack ?? ''}\n`);
    }
    process.exitCode = 1;
  }
}
