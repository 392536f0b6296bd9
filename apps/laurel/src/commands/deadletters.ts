import { type DeadLetter, DeadLetters, laurelTopics, openTransport, Topics } from '@laurel/change-log';
import { createLogger, readSettings, SettingsError } from '@laurel/service';
import { Command, InvalidArgumentError } from 'commander';
import { runCommand } from '../terminal/run-command.js';
import { table } from '../terminal/table.js';

const REASON_WIDTH = 80;

/** `laurel deadletters list|show|replay` */
export function deadlettersCommand(): Command {
  const command = new Command('deadletters').description(
    'changes that could not be stored, with where they came from and why',
  );
  command
    .command('list')
    .description('the newest dead letters')
    .option('--limit <n>', 'how many', positive, 20)
    .option('--json', 'print as JSON, one letter a line')
    .action((options: { limit: number; json?: boolean }) =>
      withDeadLetters(async deadLetters => {
        const letters = await deadLetters.list();
        const newest = letters.slice(-options.limit).reverse();
        if (options.json) print(newest.map(letter => JSON.stringify(shown(letter))));
        else
          print(
            letters.length === 0 ? ['No dead letters.'] : [overview(newest), `${newest.length} of ${letters.length}`],
          );
      }),
    );
  command
    .command('show')
    .description('one dead letter with its whole message')
    .argument('<id>', 'topic/partition/offset, as the list shows it')
    .option('--json', 'print as JSON')
    .action((id: string, options: { json?: boolean }) =>
      withDeadLetters(async deadLetters => {
        const [letter] = await chosen(deadLetters, [id]);
        if (letter) print([JSON.stringify(shown(letter), null, options.json ? undefined : 2)]);
      }),
    );
  command
    .command('replay')
    .description(
      'send letters to their topics again, e.g. once the cause is mended; what is stored already is not stored twice',
    )
    .argument('[id...]', 'topic/partition/offset of each')
    .option('--all', 'every letter that was not replayed yet')
    .option('--json', 'print as JSON')
    .action((ids: string[], options: { all?: boolean; json?: boolean }) =>
      withDeadLetters(async deadLetters => {
        if (ids.length === 0 && !options.all) throw new SettingsError(['Say which letters: their ids, or --all']);
        const letters =
          ids.length > 0
            ? await chosen(deadLetters, ids)
            : (await deadLetters.list()).filter(letter => !letter.replayedAt);
        for (const letter of letters) await deadLetters.replay(letter);
        print([
          options.json ? JSON.stringify({ replayed: letters.map(({ id }) => id) }) : `${letters.length} sent again`,
        ]);
      }),
    );
  return command;
}

function withDeadLetters(work: (deadLetters: DeadLetters) => Promise<void>): Promise<void> {
  return runCommand(async () => {
    const settings = readSettings();
    const transport = await openTransport(settings, createLogger({ logLevel: 'silent' }));
    try {
      const topics = new Topics(settings.topicPrefix, settings.shopDatabase);
      await transport.ensureTopics(laurelTopics(topics).filter(({ topic }) => topic === topics.deadLetters));
      await work(new DeadLetters(transport, topics));
    } finally {
      await transport.close();
    }
  });
}

async function chosen(deadLetters: DeadLetters, ids: readonly string[]): Promise<DeadLetter[]> {
  const letters = new Map((await deadLetters.list()).map(letter => [letter.id, letter]));
  return ids.map(id => {
    const letter = letters.get(id);
    if (!letter) throw new SettingsError([`There is no dead letter ${id}. "laurel deadletters list" shows them`]);
    return letter;
  });
}

function overview(letters: readonly DeadLetter[]): string {
  return table(
    ['id', 'at', 'replayed', 'error'],
    letters.map(({ id, at, replayedAt, error }) => [
      id,
      at.toISOString(),
      replayedAt?.toISOString() ?? '',
      shortened(error.message),
    ]),
  );
}

function shown({ key, value, offset, ...letter }: DeadLetter): object {
  return { ...letter, offset: String(offset), key: key?.toString() ?? null, value: value?.toString() ?? null };
}

function shortened(text: string): string {
  return text.length > REASON_WIDTH ? `${text.slice(0, REASON_WIDTH - 1)}…` : text;
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('a whole number from 1');
  return number;
}
