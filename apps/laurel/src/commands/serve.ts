import { flushCompileCache } from 'node:module';
import { APP_NAMES, readSettings, SettingsError, type AppName, type Settings } from '@laurel/service';
import { Argument, Command, Option } from 'commander';
import { INGESTER_PARTS, SingleAppHost, type IngesterPart } from '../host/single-app-host.js';
import { untilStopped } from '../host/until-stopped.js';
import { runCommand } from '../terminal/run-command.js';

/** `laurel serve [APP]`: the services alone, for production. */
export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'run the services against the MongoDB and Kafka that the settings name, logging JSON lines; starts nothing else',
    )
    .addArgument(
      new Argument(
        '[app]',
        'one app alone, in as many processes as you like (WAREHOUSE=bigquery); without it all apps',
      ).choices(APP_NAMES),
    )
    .addOption(
      new Option(
        '--only <part...>',
        'of the events-ingester only a part: several processes may load, one captures',
      ).choices(INGESTER_PARTS),
    )
    .action((app: AppName | undefined, { only }: { only?: IngesterPart[] }) =>
      runCommand(async () => {
        const settings = readSettings();
        const host = app ? await SingleAppHost.start(app, settings, only) : await startAll(settings, only);
        // A process that is killed would leave nothing for its successor, which is in a hurry.
        flushCompileCache();
        await untilStopped();
        await host.stop();
      }),
    );
}

async function startAll(settings: Settings, only: IngesterPart[] | undefined): Promise<{ stop(): Promise<void> }> {
  if (only) throw new SettingsError(['--only needs the app: laurel serve events-ingester --only …']);
  const { EmbeddedHost } = await import('../host/embedded-host.js');
  return EmbeddedHost.start(settings);
}
