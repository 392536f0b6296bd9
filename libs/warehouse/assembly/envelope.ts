import { after, CLOSE_BRACE, COMMA, isDigit, QUOTE, ZERO } from './bytes';
import { nameEnd, skipValue } from './json';
import { unescape, unescapedFrom } from './text';

const MOST_DIGITS: usize = 15;

// What the envelope read last says.
/** `r`, `c` or `u`. */
export let operation: u8 = 0;
/** When MongoDB made the change, in milliseconds since 1970. */
export let changedAtMs: i64 = 0;
/** Where the document's text ends. */
export let documentEnd: usize = 0;

/** Reads an envelope as ChangeEncoder of @laurel/change-log writes it, and writes its document's text to `to`; false for any other, and for deletes. */
export function readEnvelope(at: usize, end: usize, to: usize): bool {
  at = after(at, '{"before":');
  if (at != 0) at = skipValue(at, 0);
  if (at != 0) at = after(at, ',"after":"');
  if (at == 0) return false;
  documentEnd = unescape(at, to);
  if (documentEnd == 0) return false;
  at = after(unescapedFrom, '","updateDescription":');
  if (at != 0) at = skipValue(at, 0);
  if (at != 0) at = after(at, ',"source":{');
  if (at != 0) at = readSource(at);
  if (at != 0) at = after(at, ',"op":"');
  if (at == 0) return false;
  operation = load<u8>(at);
  if (operation != 0x72 && operation != 0x63 && operation != 0x75) return false;
  at = after(at + 1, '","ts_ms":');
  if (at != 0) at = readMs(at);
  if (at != 0) at = after(at, ',"transaction":null}');
  return at == end;
}

/** The fields of `source`, of which the wall clock's time counts before the cluster's. */
function readSource(at: usize): usize {
  let clusterMs: i64 = -1;
  let wallMs: i64 = -1;
  while (true) {
    const name = at + 1;
    at = nameEnd(at);
    if (at == 0) return 0;
    const length = at - name;
    at += 2;
    if (length == 5 && after(name, 'ts_ms') != 0) {
      at = clusterMs < 0 ? readMs(at) : 0;
      clusterMs = ms;
    } else if (length == 8 && after(name, 'wallTime') != 0 && load<u8>(at) != 0x6e) {
      at = wallMs < 0 ? readMs(at) : 0;
      wallMs = ms;
    } else {
      at = skipValue(at, 0);
    }
    if (at == 0) return 0;
    const byte = load<u8>(at++);
    if (byte == CLOSE_BRACE) break;
    if (byte != COMMA || load<u8>(at) != QUOTE) return 0;
  }
  if (clusterMs < 0) return 0;
  changedAtMs = wallMs < 0 ? clusterMs : wallMs;
  return at;
}

let ms: i64 = 0;

function readMs(at: usize): usize {
  const first = at;
  ms = 0;
  for (let byte = load<u8>(at); isDigit(byte); byte = load<u8>(++at)) ms = ms * 10 + (byte - ZERO);
  const count = at - first;
  return count == 0 || count > MOST_DIGITS || (count > 1 && load<u8>(first) == ZERO) ? 0 : at;
}
