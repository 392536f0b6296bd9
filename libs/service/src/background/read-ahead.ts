/**
 * What `read` makes of each item, in the order of the items; while one is worked on, up to `atOnce` of those after it are being read.
 */
export async function* readAhead<T, R>(
  source: AsyncIterable<T>,
  atOnce: number,
  read: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const items = source[Symbol.asyncIterator]();
  const ahead: Promise<IteratorResult<R>>[] = [];
  const readNext = async (): Promise<IteratorResult<R>> => {
    const item = await items.next();
    return item.done === true ? { done: true, value: undefined } : { value: await read(item.value) };
  };
  try {
    for (;;) {
      while (ahead.length <= atOnce) {
        const reading = readNext();
        reading.catch(() => undefined);
        ahead.push(reading);
      }
      const item = await ahead.shift();
      if (!item || item.done === true) return;
      yield item.value;
    }
  } finally {
    await Promise.allSettled(ahead);
    await items.return?.();
  }
}
