import { after, CLOSE_BRACE, COMMA, OPEN_BRACE } from './bytes';
import {
  begin,
  beginRow,
  copyText,
  dropRow,
  endRow,
  isSet,
  rows,
  setDecimal,
  setNumber,
  setText,
  textTop,
} from './chunk';
import { dateRead, readDate } from './date';
import { changedAtMs, documentEnd, operation, readEnvelope } from './envelope';
import { forgetNames, nameEnd, readBoolean, readId, writePlain, writtenTo } from './json';
import { billionths, isSafeInteger, numberRead, readNumber, toBillionths } from './number';
import {
  ANY,
  BOOLEAN,
  columnOf,
  DATE,
  fieldOf,
  isAllowed,
  isWithin,
  kindOf,
  MOST_NOTED,
  NUMBER,
  numberOf,
  requiredOf,
  shapeOf,
  TEXT,
  WORD,
} from './shape';
import { eventId, eventIdEnd, key, keyEnd, readRecord, seq, seqEnd, value, valueEnd } from './record';
import { isUtf8, plainTextEnd, textEnd, unescape } from './text';

// Columns that every changelog has, in the order of the table.
const EVENT_ID = 0;
const SEQ = 1;
const OP = 2;
const KEY = 3;
const SOURCE_TS = 4;
const OFFSET = 6;
const FIRST_FIELD = 8;

// Types of columns, as shape-code.ts numbers them.
const STRING_COLUMN: u32 = 0;
const FLOAT64_COLUMN: u32 = 1;
const NUMERIC_COLUMN: u32 = 2;
const INT64_COLUMN: u32 = 3;
const BOOL_COLUMN: u32 = 4;
const TIMESTAMP_COLUMN: u32 = 5;
const JSON_COLUMN: u32 = 6;
const NO_COLUMN: u32 = 0xffff_ffff;

let shape: usize = 0;
let types: usize = 0;
let scratch: usize = 0;

/** Where free memory begins. */
export function freeFrom(): usize {
  return __heap_base;
}

/** Begins a chunk of rows of one table: `shapeAt` is its documents' shape, `typesAt` the types of its columns, a u32 for each. */
export function beginChunk(
  shapeAt: usize,
  typesAt: usize,
  scratchAt: usize,
  columnCount: u32,
  cellsAt: usize,
  validityAt: usize,
  textsAt: usize,
): void {
  shape = shapeAt;
  types = typesAt;
  scratch = scratchAt;
  begin(columnCount, cellsAt, validityAt, textsAt);
}

/** Rows in the chunk. */
export function rowCount(): u32 {
  return rows;
}

/** Where the chunk's texts end. */
export function textsEnd(): usize {
  return textTop;
}

/**
 * Makes a row of a change; false, and no trace is left, where it is not an ordinary one. `record` is a record of Kafka's from its key on, with room
 * for 16 bytes more behind it.
 */
export function addRow(record: usize, length: usize, offset: i64): bool {
  beginRow();
  if (readRecord(record, record + length) && areTexts()) {
    forgetNames();
    setHead(offset);
    if (readKeyAlone() && readValueAlone()) {
      store<u8>(textTop, operation);
      setText(OP, 1);
      setNumber<i64>(SOURCE_TS, changedAtMs * 1000);
      endRow();
      return true;
    }
  }
  dropRow();
  return false;
}

function areTexts(): bool {
  return isUtf8(key, keyEnd) && isUtf8(value, valueEnd) && isUtf8(eventId, eventIdEnd) && isUtf8(seq, seqEnd);
}

function setHead(offset: i64): void {
  copyText(EVENT_ID, eventId, eventIdEnd - eventId);
  copyText(SEQ, seq, seqEnd - seq);
  setNumber<i64>(OFFSET, offset);
}

function readKeyAlone(): bool {
  const behind = cutOff(keyEnd);
  const isRead = readKey(key, keyEnd - key);
  v128.store(keyEnd, behind);
  return isRead;
}

function readValueAlone(): bool {
  const behind = cutOff(valueEnd);
  const isRead = readEnvelope(value, valueEnd, scratch) && readDocument(scratch, documentEnd);
  v128.store(valueEnd, behind);
  return isRead;
}

/** Ends what is read here at the latest; gives what stood behind, which is to be put back. */
function cutOff(end: usize): v128 {
  const behind = v128.load(end);
  v128.store(end, i64x2(0, 0));
  return behind;
}

/** A key is `{"id":"\"o1\""}` or `{"id":"{\"$oid\":\"65f0c0ffee65f0c0ffee65f0\"}"}`: others are left to others. */
function readKey(at: usize, length: usize): bool {
  const end = at + length;
  at = after(at, '{"id":"');
  if (at == 0) return false;
  const textEnd = unescape(at, scratch);
  if (textEnd == 0 || load<u8>(end - 1) != CLOSE_BRACE || load<u8>(end - 2) != 0x22) return false;
  const id = readId(scratch);
  if (id != 0) {
    if (id + 26 != textEnd) return false;
    copyText(KEY, id, 24);
    return true;
  }
  if (load<u8>(scratch) != 0x22 || plainTextEnd(scratch + 1) + 1 != textEnd) return false;
  copyText(KEY, scratch + 1, textEnd - scratch - 2);
  return true;
}

function readDocument(at: usize, end: usize): bool {
  v128.store(end, i64x2(0, 0));
  let seen: u64 = 0;
  if (load<u8>(at) != OPEN_BRACE) return false;
  while (true) {
    const name = ++at;
    at = nameEnd(name);
    if (at == 0) return false;
    const field = fieldOf(shape, name + 1, at - name - 1);
    at += 2;
    if (field != 0) {
      if (numberOf(field) < MOST_NOTED) {
        const bit: u64 = 1 << u64(numberOf(field));
        if ((seen & bit) != 0) return false;
        seen |= bit;
      }
      at = readField(at, field);
    } else {
      at = after(at, 'null');
    }
    if (at == 0) return false;
    const byte = load<u8>(at);
    if (byte == CLOSE_BRACE) break;
    if (byte != COMMA) return false;
  }
  return at + 1 == end && (seen & requiredOf(shape)) == requiredOf(shape);
}

/** Puts a field's value into its column; gives where it ends, or 0. */
function readField(at: usize, field: usize): usize {
  const column = columnOf(field);
  if (column == NO_COLUMN) return readText(at, shapeOf(field), NO_COLUMN);
  if (isSet(column)) return 0;
  if (load<u8>(at) == 0x6e) {
    // Of two fields of one name the last counts: beyond those noted a null may not come first unseen.
    const isNoted = numberOf(field) < MOST_NOTED;
    const isRequired = isNoted && (requiredOf(shape) & (1 << u64(numberOf(field)))) != 0;
    return isNoted && !isRequired ? after(at, 'null') : 0;
  }
  const expected = shapeOf(field);
  const kind = kindOf(expected);
  switch (load<u32>(types + (usize(column) << 2))) {
    case STRING_COLUMN:
      return readText(at, expected, column);
    case JSON_COLUMN: {
      const end = writePlain(at, expected, textTop, 0);
      if (end != 0) setText(column, writtenTo - textTop);
      return end;
    }
    case BOOL_COLUMN: {
      const end = readBoolean(at);
      if (end == 0 || (kind != BOOLEAN && kind != ANY)) return 0;
      setNumber<u8>(column, load<u8>(at) == 0x74 ? 1 : 0);
      return end;
    }
    case TIMESTAMP_COLUMN: {
      const end = readDate(at);
      if (end == 0 || (kind != DATE && kind != ANY)) return 0;
      setNumber<i64>(column, dateRead * 1000);
      return end;
    }
    default: {
      const end = readNumber(at);
      if (end == 0 || (kind == NUMBER ? !isWithin(expected, numberRead) : kind != ANY)) return 0;
      return setAmount(column) ? end : 0;
    }
  }
}

/** Puts the number read last into a column of numbers; false where it does not go in exactly. */
function setAmount(column: u32): bool {
  switch (load<u32>(types + (usize(column) << 2))) {
    case FLOAT64_COLUMN:
      setNumber<f64>(column, numberRead);
      return true;
    case INT64_COLUMN:
      if (!isSafeInteger()) return false;
      setNumber<i64>(column, i64(numberRead));
      return true;
    case NUMERIC_COLUMN:
      if (!toBillionths()) return false;
      setDecimal(column, billionths, numberRead < 0);
      return true;
    default:
      return false;
  }
}

/** A text, or an id as its digits. Without a column it is only checked. */
function readText(at: usize, expected: usize, column: u32): usize {
  const kind = kindOf(expected);
  const id = readId(at);
  if (id != 0) {
    if (kind != TEXT && kind != ANY) return 0;
    if (column != NO_COLUMN) copyText(column, id, 24);
    return id + 26;
  }
  if (load<u8>(at) != 0x22) return 0;
  const end = textEnd(at + 1);
  if (end == 0) return 0;
  if (kind == WORD ? !isAllowed(expected, at + 1, end - at - 1) : kind != TEXT && kind != ANY) return 0;
  if (column != NO_COLUMN) setText(column, unescape(at + 1, textTop) - textTop);
  return end + 1;
}
