/** A field of a JSON object: its name, the name as it is written, and its value as it is written. */
export interface JsonField {
  name: string;
  quotedName: string;
  value: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * The fields of a JSON object without white space, in their order, each value the very text it was. So what nobody touches stays as it is,
 * to the byte: order, numbers and names that an object of JavaScript would rearrange.
 */
export function fieldsOf(object: string): JsonField[] {
  const fields: JsonField[] = [];
  for (let at = 1; object.charCodeAt(at) === QUOTE; at++) {
    const nameEnd = stringEnd(object, at);
    const quotedName = object.slice(at, nameEnd);
    const valueStart = nameEnd + 1;
    at = valueEnd(object, valueStart);
    const name = quotedName.includes('\\') ? String(JSON.parse(quotedName)) : quotedName.slice(1, -1);
    fields.push({ name, quotedName, value: object.slice(valueStart, at) });
  }
  return fields;
}

/** The elements of a JSON array without white space, each as it is written. */
export function elementsOf(array: string): string[] {
  const elements: string[] = [];
  for (let at = 1; at < array.length - 1; at++) {
    const start = at;
    at = valueEnd(array, start);
    elements.push(array.slice(start, at));
  }
  return elements;
}

/** Whether an Extended JSON value is an object with fields of its own, rather than the wrapper of an id, a number or a date. */
export function isObject(value: string): boolean {
  return value.charCodeAt(0) === OPEN_BRACE && !isWrapper(value);
}

/** Whether an Extended JSON value is the wrapper of a type that JSON lacks: `{"$oid":…}`, `{"$numberInt":…}`. */
export function isWrapper(value: string): boolean {
  return value.startsWith('{"$');
}

/** Whether a JSON value is an array. */
export function isArray(value: string): boolean {
  return value.charCodeAt(0) === OPEN_BRACKET;
}

function stringEnd(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let escapes = 0;
    while (text.charCodeAt(quote - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return quote + 1;
  }
  return text.length;
}

function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = stringEnd(text, at) - 1;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth++;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (depth === 0) return at;
        depth--;
        break;
      case COMMA:
        if (depth === 0) return at;
        break;
    }
  }
  return text.length;
}
