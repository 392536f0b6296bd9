/** The part of WebAssembly's JavaScript interface that is used here; TypeScript knows it only together with a browser. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, object>>);
    readonly exports: unknown;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  interface SharedMemory {
    readonly buffer: SharedArrayBuffer;
  }
  const Memory: {
    new (descriptor: { readonly initial: number }): Memory;
    new (descriptor: { readonly initial: number; readonly maximum: number; readonly shared: true }): SharedMemory;
  };
}
