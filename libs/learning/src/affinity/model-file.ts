const MAGIC = 'LAURELM1';
const ALIGNMENT = 8;

type Section = Float32Array | Float64Array | Int32Array | Uint8Array;
type SectionType = 'f32' | 'f64' | 'i32' | 'u8';

/** A file that is not a model of this format, or was cut. */
export class ModelFormatError extends Error {
  override readonly name = 'ModelFormatError';
}

/**
 * Bytes of a model: the magic, the length of a JSON header, the header with its keys in the order given, then each
 * array at a multiple of 8 bytes, little-endian. The same input gives the same bytes.
 */
export function writeModelFile(header: unknown, sections: Readonly<Record<string, Section>>): Uint8Array<ArrayBuffer> {
  const index = Object.entries(sections).map(([name, data]) => ({ name, type: typeOf(data), length: data.length }));
  const json = new TextEncoder().encode(JSON.stringify({ header, sections: index }));
  const parts = Object.values(sections);
  let size = aligned(MAGIC.length + 8 + json.length);
  for (const part of parts) size = aligned(size + part.byteLength);
  const bytes = new Uint8Array(size);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, json.length, true);
  bytes.set(json, MAGIC.length + 8);
  let at = aligned(MAGIC.length + 8 + json.length);
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at = aligned(at + part.byteLength);
  }
  return bytes;
}

/** The parts of a model file, checked for presence and type as they are asked for. */
export class ModelFile {
  readonly header: unknown;
  readonly #sections = new Map<string, Section>();

  /** @throws ModelFormatError when the bytes are not a whole model file. */
  constructor(bytes: Uint8Array) {
    const own = new Uint8Array(bytes);
    const start = MAGIC.length + 8;
    if (new TextDecoder().decode(own.subarray(0, MAGIC.length)) !== MAGIC) {
      throw new ModelFormatError(`${own.length} bytes don't start with ${MAGIC}: this is no model file.`);
    }
    const jsonLength = new DataView(own.buffer).getUint32(MAGIC.length, true);
    if (start + jsonLength > own.length) throw new ModelFormatError(`Model file is cut at ${own.length} bytes.`);
    const parsed: unknown = JSON.parse(new TextDecoder().decode(own.subarray(start, start + jsonLength)));
    if (!isIndex(parsed)) throw new ModelFormatError('Model file has no index of its sections.');
    this.header = parsed.header;
    let at = aligned(start + jsonLength);
    for (const { name, type, length } of parsed.sections) {
      const end = at + length * bytesPer(type);
      if (end > own.length) throw new ModelFormatError(`Model file is cut at ${own.length} bytes, in ${name}.`);
      this.#sections.set(name, view(own.buffer, at, type, length));
      at = aligned(end);
    }
  }

  float32(name: string): Float32Array {
    const data = this.#sections.get(name);
    if (data instanceof Float32Array) return data;
    throw new ModelFormatError(`Model file has no 32-bit float section ${name}.`);
  }

  int32(name: string): Int32Array {
    const data = this.#sections.get(name);
    if (data instanceof Int32Array) return data;
    throw new ModelFormatError(`Model file has no 32-bit integer section ${name}.`);
  }

  bytes(name: string): Uint8Array {
    const data = this.#sections.get(name);
    if (data instanceof Uint8Array) return data;
    throw new ModelFormatError(`Model file has no byte section ${name}.`);
  }
}

function isIndex(
  value: unknown,
): value is { header: unknown; sections: { name: string; type: SectionType; length: number }[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'header' in value &&
    'sections' in value &&
    Array.isArray(value.sections)
  );
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

function typeOf(data: Section): SectionType {
  if (data instanceof Float32Array) return 'f32';
  if (data instanceof Float64Array) return 'f64';
  return data instanceof Int32Array ? 'i32' : 'u8';
}

function bytesPer(type: SectionType): number {
  return { f32: 4, f64: 8, i32: 4, u8: 1 }[type];
}

function view(buffer: ArrayBuffer, at: number, type: SectionType, length: number): Section {
  if (type === 'f32') return new Float32Array(buffer, at, length);
  if (type === 'f64') return new Float64Array(buffer, at, length);
  return type === 'i32' ? new Int32Array(buffer, at, length) : new Uint8Array(buffer, at, length);
}
