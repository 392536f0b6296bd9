import { expect, test } from 'vitest';
import { Slots } from './slots.js';

test('no more run at a time than there are slots, each in its turn, also after one has failed', async () => {
  const slots = new Slots(2);
  const began: number[] = [];
  const ends = Array.from({ length: 4 }, () => Promise.withResolvers<number>());
  const results = ends.map(({ promise }, index) =>
    slots.run(() => {
      began.push(index);
      return promise;
    }),
  );
  await Promise.resolve();
  expect(began).toEqual([0, 1]);

  ends[1]?.reject(new Error('the second failed'));
  await expect(results[1]).rejects.toThrow('the second failed');
  expect(began).toEqual([0, 1, 2]);

  ends[0]?.resolve(0);
  ends[2]?.resolve(2);
  ends[3]?.resolve(3);
  expect(await Promise.all([results[0], results[2], results[3]])).toEqual([0, 2, 3]);
  expect(began).toEqual([0, 1, 2, 3]);
});
