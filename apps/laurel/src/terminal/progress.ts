import { SingleBar } from 'cli-progress';

/** Shows how far long work has come: a bar on a terminal, nothing elsewhere. Written to standard error, so that output can be piped. */
export class Progress {
  private readonly bar: SingleBar | undefined;
  private running = false;

  constructor(title: string) {
    if (process.stderr.isTTY) {
      this.bar = new SingleBar({
        format: `${title} [{bar}] {percentage}%  {stage}`,
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
      });
    }
  }

  /** `done` from 0 to 1, and what is being done. */
  update(done: number, stage = ''): void {
    if (!this.bar) return;
    if (!this.running) this.bar.start(100, 0, { stage });
    this.running = true;
    this.bar.update(Math.round(done * 100), { stage });
  }

  stop(): void {
    if (this.running) this.bar?.stop();
    this.running = false;
  }
}
