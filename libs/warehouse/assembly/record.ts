import { after } from './bytes';

// Where the parts of the record read last stand.
export let key: usize = 0;
export let keyEnd: usize = 0;
export let value: usize = 0;
export let valueEnd: usize = 0;
/** The header `ce_id`. */
export let eventId: usize = 0;
export let eventIdEnd: usize = 0;
/** The header `x-seq`. */
export let seq: usize = 0;
export let seqEnd: usize = 0;

let partEnd: usize = 0;

/**
 * Reads a record of Kafka's format 2 from its key on; false where one of its parts is null, missing, or not within it. Of several headers of one name
 * the last counts.
 *
 * @see https://kafka.apache.org/documentation/#record
 */
export function readRecord(at: usize, end: usize): bool {
  key = readPart(at, end);
  keyEnd = partEnd;
  if (key == 0) return false;
  value = readPart(keyEnd, end);
  valueEnd = partEnd;
  if (value == 0) return false;
  eventId = 0;
  seq = 0;
  at = readVarint(valueEnd);
  for (let left = number; left > 0; left--) {
    const name = readPart(at, end);
    if (name == 0) return false;
    const nameLength = partEnd - name;
    const text = readPart(partEnd, end);
    if (text == 0) return false;
    at = partEnd;
    if (nameLength == 5 && after(name, 'ce_id') != 0) {
      eventId = text;
      eventIdEnd = at;
    } else if (nameLength == 5 && after(name, 'x-seq') != 0) {
      seq = text;
      seqEnd = at;
    }
  }
  return eventId != 0 && seq != 0 && at == end;
}

/** Where bytes begin that have their length before them, up to `partEnd`; 0 for null, and for what is not within the record. */
function readPart(at: usize, end: usize): usize {
  const from = readVarint(at);
  partEnd = from + number;
  return number < 0 || partEnd > end ? 0 : from;
}

let number: i32 = 0;

/** Reads a zigzag varint of 32 bits; gives where it ends. */
function readVarint(at: usize): usize {
  let bits: u32 = 0;
  let shift: u32 = 0;
  let byte: u8;
  do {
    byte = load<u8>(at++);
    bits |= u32(byte & 0x7f) << shift;
    shift += 7;
  } while (byte > 0x7f && shift < 35);
  number = i32(bits >> 1) ^ -i32(bits & 1);
  return at;
}
