/** The rest between two rounds of work in the background, which something new cuts short. */
export class WakeableRest {
  private woken = false;
  private wake: (() => void) | undefined;

  /** A round begins: what was told until now is what it works on. */
  beginRound(): void {
    this.woken = false;
  }

  /** Says that there is something new: ends the rest, or the next one where a round is under way. */
  wakeUp(): void {
    this.woken = true;
    this.wake?.();
  }

  /** Resolves after so many milliseconds, or once woken since the round began. */
  async rest(ms: number): Promise<void> {
    if (this.woken) return;
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }
}
