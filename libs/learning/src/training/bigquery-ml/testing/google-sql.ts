import { readFile } from 'node:fs/promises';
import { WASI } from 'node:wasi';
import { z } from 'zod';

const exportsSchema = z.object({
  memory: z.instanceof(WebAssembly.Memory),
  wasm_malloc: z.custom<(bytes: number) => number>(value => typeof value === 'function'),
  wasm_free: z.custom<(address: number) => void>(value => typeof value === 'function'),
  wasm_get_last_error: z.custom<() => number>(value => typeof value === 'function'),
  wasm_get_last_error_size: z.custom<() => number>(value => typeof value === 'function'),
  ZetaSqlLocalService_Parse: z.custom<(request: number, bytes: number, answerBytes: number) => number>(
    value => typeof value === 'function',
  ),
});

/** Google's own parser of GoogleSQL, ZetaSQL, as WebAssembly. It knows the syntax, not BigQuery's functions and options. */
export class GoogleSql {
  private constructor(private readonly wasm: z.infer<typeof exportsSchema>) {}

  static async load(path: string): Promise<GoogleSql> {
    const wasi = new WASI({ version: 'preview1' });
    const imports = { wasi_snapshot_preview1: wasi.wasiImport };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(await readFile(path)), imports);
    wasi.initialize(instance);
    return new GoogleSql(exportsSchema.parse(instance.exports));
  }

  /** What is wrong with a statement; `undefined` where nothing is. */
  problem(sql: string): string | undefined {
    const { wasm } = this;
    const request = parseRequest(sql);
    const address = wasm.wasm_malloc(request.length);
    const answerBytes = wasm.wasm_malloc(4);
    try {
      new Uint8Array(wasm.memory.buffer).set(request, address);
      const answer = wasm.ZetaSqlLocalService_Parse(address, request.length, answerBytes);
      if (answer === 0) {
        const bytes = wasm.wasm_get_last_error_size();
        return new TextDecoder().decode(new Uint8Array(wasm.memory.buffer, wasm.wasm_get_last_error(), bytes));
      }
      wasm.wasm_free(answer);
      return undefined;
    } finally {
      wasm.wasm_free(address);
      wasm.wasm_free(answerBytes);
    }
  }
}

/** The protocol buffer `ParseRequest` with `sql_statement`, its field 1. */
function parseRequest(sql: string): Uint8Array {
  const text = new TextEncoder().encode(sql);
  const length: number[] = [];
  for (let rest = text.length; ; rest >>>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) return Uint8Array.of(0x0a, ...length, ...text);
  }
}
