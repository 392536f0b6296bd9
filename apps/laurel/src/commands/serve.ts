import { readSettings } from '@laurel/service';
import { Command } from 'commander';
import { EmbeddedHost } from '../host/embedded-host.js';
import { untilStopped } from '../host/until-stopped.js';
import { runCommand } from '../terminal/run-command.js';

/** `laurel serve`: the services alone, for production. */
export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'run the services against the MongoDB and Kafka that the settings name, logging JSON lines; starts nothing else',
    )
    .action(() =>
      runCommand(async () => {
        const settings = readSettings();
        const host = await EmbeddedHost.start(settings);
        await untilStopped();
        await host.stop();
      }),
    );
}
