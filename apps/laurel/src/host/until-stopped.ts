const REPEAT_MS = 2000;

/**
 * Resolves at the first SIGINT or SIGTERM. Ctrl-C under npm arrives twice (from the terminal and from npm), so only a signal that comes
 * later than that is a second wish: it ends the process at once.
 */
export function untilStopped(): Promise<void> {
  return new Promise(resolve => {
    let askedMs: number | undefined;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (askedMs !== undefined && performance.now() - askedMs > REPEAT_MS) process.exit(130);
        askedMs ??= performance.now();
        resolve();
      });
    }
  });
}
