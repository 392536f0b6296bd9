import { hash } from 'node:crypto';
import type { PackedRows } from './packed-rows.js';

const WORDS = 8;

/**
 * Hex fingerprint of a set of rows, in one table or several: equal for the same rows in any order. It tells data apart; it is no seal against
 * forgery.
 */
export function fingerprintOf(...tables: readonly PackedRows[]): string {
  const sum = new Uint32Array(WORDS);
  for (const table of tables) addRows(table, sum);
  return Buffer.from(sum.buffer).toString('hex');
}

function addRows(
  { customers, items, orders, customer, item, order, atMs, quantity }: PackedRows,
  sum: Uint32Array,
): void {
  const texts = [digestsOf(customers), digestsOf(items), digestsOf(orders)] as const;
  const numbers = new Float64Array(2);
  const numberWords = new Uint32Array(numbers.buffer);
  for (let at = 0; at < customer.length; at++) {
    numbers[0] = atMs[at]!;
    numbers[1] = quantity[at]!;
    for (let word = 0; word < WORDS; word++) {
      let mixed = texts[0][customer[at]! * WORDS + word]!;
      mixed = mix(mixed, texts[1][item[at]! * WORDS + word]!);
      mixed = mix(mixed, texts[2][order[at]! * WORDS + word]!);
      for (const numberWord of numberWords) mixed = mix(mixed, numberWord);
      sum[word]! += mixed;
    }
  }
}

/** Eight words for each text. */
function digestsOf(texts: readonly string[]): Uint32Array {
  const words = new Uint32Array(texts.length * WORDS);
  texts.forEach((text, at) => {
    const digest = hash('sha256', text, 'buffer');
    for (let word = 0; word < WORDS; word++) words[at * WORDS + word] = digest.readUInt32LE(word * 4);
  });
  return words;
}

/** Folds one word into another, as MurmurHash3 does: each bit of either can turn any bit of the result. */
function mix(state: number, word: number): number {
  let mixed = state ^ Math.imul(word, 0xcc9e2d51);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
