/** What we use of the WebAssembly JavaScript interface (W3C), which TypeScript declares with the DOM only and @types/node not at all. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }

  class Instance {
    constructor(module: Module);
    readonly exports: object;
  }

  interface Memory {
    readonly buffer: ArrayBuffer;
    /** @returns the pages of 64 KiB there were before */
    grow(pages: number): number;
  }
}
