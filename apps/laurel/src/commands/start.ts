import { readSettings } from '@laurel/service';
import { ShopMapping } from '@laurel/shop';
import { Command } from 'commander';
import { runCommand } from '../terminal/run-command.js';

/** `laurel start`, which is what `npm start` runs. All apps are loaded for it alone, not for every command. */
export function startCommand(): Command {
  return new Command('start')
    .description(
      'start everything: local MongoDB and Kafka unless others are named, the sample shop if the shop is empty, all services',
    )
    .option('--no-sample', 'leave an empty shop empty, as one with a mapping file is left')
    .action((options: { sample: boolean }) =>
      runCommand(async () => {
        const { startLaurel } = await import('../start/start-laurel.js');
        const settings = readSettings();
        const isCanonical = ShopMapping.read(settings).fingerprint === undefined;
        await startLaurel(settings, { sample: options.sample && isCanonical });
      }),
    );
}
