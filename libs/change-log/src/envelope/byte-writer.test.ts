import { expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.js';

it('gives what was written, and never writes over what it gave', () => {
  const messages = Array.from({ length: 60 }, (_, index) => `${index} ${'x'.repeat((index * 7919) % 40_000)} "ä😀"`);
  const into = new ByteWriter();
  const taken = messages.map(message => {
    into.ascii(message.slice(0, -6));
    into.utf8(message.slice(-6));
    return into.take();
  });
  expect(taken.map(String)).toEqual(messages);
});

it('takes back what was written beyond a length, and writes digits of bytes', () => {
  const into = new ByteWriter();
  into.ascii('kept');
  into.ascii('not kept');
  into.truncate(4);
  into.hex(Uint8Array.of(0, 0x9a, 0xff), 1, 3);
  expect([into.length, into.take().toString(), into.length]).toEqual([8, 'kept9aff', 0]);
});

it('copies up to what has to be written otherwise', () => {
  const into = new ByteWriter();
  const escapes = Array.from({ length: 256 }, (_, byte) => (byte === 0x22 ? Buffer.from('\\"') : undefined));
  const source = Buffer.from('say "this"');
  expect([into.escaped(source, 0, source.length, escapes), into.take().toString()]).toEqual([4, 'say ']);
  expect([into.escaped(source, 5, 9, escapes), into.take().toString()]).toEqual([9, 'this']);
});
