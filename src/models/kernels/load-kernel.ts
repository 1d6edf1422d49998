/**
 * A compiled kernel with a memory of its own, ready to be called.
 *
 * `text` is the module in base64, `pages` the initial memory in pages of 64 KiB; the caller lays the memory out and may
 * grow it (which detaches every view made before). Compiling takes well under a millisecond for kernels of this size,
 * so there is nothing to cache between instances. Works wherever WebAssembly with SIMD does: Node 20 and every current
 * browser.
 */
export function loadKernel<Exports>(
  text: string,
  pages: number,
  shared?: WebAssembly.Memory,
): { readonly memory: WebAssembly.Memory; readonly exports: Exports } {
  const memory = shared ?? new WebAssembly.Memory({ initial: pages });
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return { memory, exports: instance.exports as Exports };
}
