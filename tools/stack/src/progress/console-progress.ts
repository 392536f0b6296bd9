import { MultiBar, type SingleBar } from 'cli-progress';
import pc from 'picocolors';
import type { ReportProgress } from './stack-progress.js';

/** Shows progress on a terminal as one bar a part; elsewhere as one line a step. */
export interface ConsoleProgress {
  report: ReportProgress;
  /** Leaves the terminal as it was. Call it before anything else is printed. */
  end(): void;
}

export function consoleProgress(stream: NodeJS.WriteStream = process.stderr): ConsoleProgress {
  return stream.isTTY ? bars(stream) : lines(stream);
}

function lines(stream: NodeJS.WriteStream): ConsoleProgress {
  const last = new Map<string, string>();
  return {
    report({ part, message }) {
      if (last.get(part) === message) return;
      last.set(part, message);
      stream.write(`${part}: ${message}\n`);
    },
    end: () => undefined,
  };
}

function bars(stream: NodeJS.WriteStream): ConsoleProgress {
  const multi = new MultiBar({
    stream,
    format: `${pc.bold('{part}')} {bar} {message}`,
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: false,
    emptyOnZero: true,
  });
  const shown = new Map<string, SingleBar>();
  return {
    report({ part, message, fraction, done }) {
      const label = { part: part.padEnd(17), message };
      const bar = shown.get(part) ?? multi.create(100, 0, label);
      shown.set(part, bar);
      bar.update(done ? 100 : Math.min(99, Math.round((fraction ?? 0) * 100)), label);
    },
    end: () => multi.stop(),
  };
}
