/** What several sources give, as it comes. Each is asked for its next value when the one before was taken. */
export async function* merged<T>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const waiting = new Map<AsyncIterator<T>, Promise<readonly [AsyncIterator<T>, IteratorResult<T>]>>();
  const ask = (source: AsyncIterator<T>): void => {
    const next = source.next().then(result => [source, result] as const);
    // Another source's failure may end the merging first; its own is then nobody's.
    next.catch(() => undefined);
    waiting.set(source, next);
  };
  for (const source of sources) ask(source[Symbol.asyncIterator]());
  while (waiting.size > 0) {
    const [source, result] = await Promise.race(waiting.values());
    waiting.delete(source);
    if (result.done) continue;
    yield result.value;
    ask(source);
  }
}
