import fc from 'fast-check';
import { expect, it } from 'vitest';
import { VarintReader, varintSize, writeVarint } from './varint.js';

it('reads what it wrote, in as many bytes as it said', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), numbers => {
      const bytes = Buffer.alloc(numbers.length * 5);
      let end = 0;
      for (const number of numbers) {
        const from = end;
        end = writeVarint(bytes, end, number);
        expect(end - from).toBe(varintSize(number));
      }
      const reader = new VarintReader(bytes, 0);
      expect(numbers.map(() => reader.int())).toEqual(numbers);
      expect(reader.at).toBe(end);
    }),
  );
});

/** The protobuf encoding that Kafka takes over, by its definition. */
function definedVarint(number: bigint): Buffer {
  const bytes: number[] = [];
  let rest = number >= 0n ? number * 2n : -number * 2n - 1n;
  for (; rest > 0x7fn; rest /= 0x80n) bytes.push(Number(rest % 0x80n) + 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

it('reads numbers of more than 32 bits', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 }), number => {
      expect(new VarintReader(definedVarint(BigInt(number)), 0).long()).toBe(number);
    }),
  );
});
