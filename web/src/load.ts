// From the bytes inside this package to a running module, synchronously.

import glue from '../generated/glue.mjs';
import { base64OfBuilds, base64OfUnlzma, sizes } from '../generated/payload.mjs';
import type { MainModule } from './core.mjs';
import { TorchError } from './error.js';

export interface Instance {
  readonly core: MainModule;
  readonly memory: WebAssembly.Memory;
  readonly build: 'simd' | 'relaxed';
}

// A function that takes two v128 and multiplies and adds them: f32x4.relaxed_madd, the one relaxed
// instruction we use. An engine that does not know it refuses the module.
// prettier-ignore
const kRelaxedProbe = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0, 65, 1, 253, 17,
  65, 1, 253, 17, 65, 1, 253, 17, 253, 133, 2, 11);
// v128.const-free SIMD: i32x4.splat.
// prettier-ignore
const kSimdProbe = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 1, 253, 17, 11);

// iOS refuses large maxima of shared memory; the largest that is granted is taken.
const kPage = 65536;
const kInitialPages = 256; // 16 MB, as the module is linked
const kMaximaInMB = [4096, 2048, 1024, 512, 256, 128];

// Bytes that are unpacked in one call. Engines replace a function by its optimized code between two calls:
// in a single one it would all run in that of the first tier, a fifth slower.
const kStride = 4096;

/** Starts the module; throws a {@link TorchError} that says what stands in the way. */
export function boot(): Instance {
  if (typeof WebAssembly !== 'object') {
    throw new TorchError('alphatorch needs WebAssembly, which this engine does not have or allow');
  }
  if (!WebAssembly.validate(kSimdProbe)) {
    throw new TorchError(
      'alphatorch needs WebAssembly SIMD, which this engine does not have: Chrome 95, Firefox 100, ' +
        'Safari 16.4 or newer have it',
    );
  }
  try {
    const unpacked = unpacker();
    const relaxed = unpacked(sizes.relaxed);
    if (WebAssembly.validate(kRelaxedProbe)) {
      try {
        return start(relaxed, 'relaxed');
      } catch (error) {
        if (!(error instanceof WebAssembly.CompileError)) throw error;
      }
    }
    return start(unpacked(sizes.simd), 'simd');
  } catch (error) {
    throw explained(error);
  }
}

function start(bytes: Uint8Array, build: 'simd' | 'relaxed'): Instance {
  const memory = sharedMemory();
  const core = glue({
    wasmBinary: bytes,
    wasmMemory: memory,
    get mainScriptUrlOrBlob() {
      return workerScript();
    },
  });
  return { core, memory, build };
}

function sharedMemory(): WebAssembly.Memory {
  let refusal: unknown;
  for (const megabytes of kMaximaInMB) {
    try {
      const maximum = (megabytes * 1024 * 1024) / kPage;
      return new WebAssembly.Memory({ initial: kInitialPages, maximum, shared: true });
    } catch (error) {
      refusal = error;
    }
  }
  throw new TorchError(`alphatorch could not get 16 MB of WebAssembly memory: ${String(refusal)}`);
}

/**
 * The script of a worker thread: the text of the module's own, which names nothing around it, from a
 * blob, so that it needs no URL.
 */
function workerScript(): Blob {
  return new Blob([`(${String(glue)})({})`], { type: 'text/javascript' });
}

function explained(error: unknown): unknown {
  if (!(error instanceof WebAssembly.CompileError)) return error;
  if (!/unsafe-eval|CSP|Content Security/i.test(error.message)) return damaged();
  return new TorchError(
    "the page's Content-Security-Policy blocks WebAssembly: add 'wasm-unsafe-eval' to script-src",
  );
}

const damaged = () => new TorchError('alphatorch: the file of the library is damaged; load it again');

/**
 * A function that unpacks the next `length` bytes of the two modules, which lie one behind the other in one
 * LZMA stream, relaxed SIMD first (see web/unlzma.cpp).
 */
function unpacker(): (length: number) => Uint8Array {
  const packed = decodeBase64(base64OfBuilds);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(decodeBase64(base64OfUnlzma)));
  const { memory, begin, unlzma } = exports as unknown as Unlzma;
  const from = memory.buffer.byteLength;
  const to = from + packed.length;
  const size = sizes.relaxed + sizes.simd;
  memory.grow(Math.ceil((packed.length + size) / kPage));
  new Uint8Array(memory.buffer).set(packed, from);
  begin(from, packed.length, to, size);
  let end = 0;
  return (length) => {
    const start = end;
    end += length;
    for (let at = start; at < end; ) {
      at = Math.min(at + kStride, end);
      if (!unlzma(at)) throw damaged();
    }
    return new Uint8Array(memory.buffer, to + start, length);
  };
}

interface Unlzma {
  readonly memory: WebAssembly.Memory;
  begin(packed: number, packed_size: number, out: number, size: number): void;
  unlzma(until: number): number;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  if (native) return native.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; ++i) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
