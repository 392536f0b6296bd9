import pc from 'picocolors';

/** The steps of a start on the terminal: what is going on in one changing line, what is done in lines that stay. */
export class Steps {
  private readonly startedMs = performance.now();
  private noted = '';

  /** Says what goes on now. Without a terminal only each new kind of work is printed, not its every count. */
  note(text: string): void {
    if (process.stdout.isTTY) {
      process.stdout.write(`\r\x1b[2K${pc.dim(`  … ${text}`)}`);
      return;
    }
    const kind = text.replace(/[\d.,%]+/g, '').trim();
    if (kind !== this.noted) process.stdout.write(`  … ${text}\n`);
    this.noted = kind;
  }

  /** Says what was done, and how long the start has taken so far. */
  done(text: string): void {
    const elapsed = `${((performance.now() - this.startedMs) / 1000).toFixed(1)} s`.padStart(7);
    this.end();
    process.stdout.write(`${pc.green('✓')}${pc.dim(elapsed)}  ${text}\n`);
  }

  /** Clears the changing line. */
  end(): void {
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[2K');
  }
}
