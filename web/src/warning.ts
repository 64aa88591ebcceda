// The library never prints; who wants its warnings asks for them.

let handler: ((message: string) => void) | null = null;

/** Calls `handle` with each warning from now on, where PyTorch would print it; null for none. */
export function onwarning(handle: ((message: string) => void) | null): void {
  handler = handle;
}

/** @internal */
export const warn = (message: string): void => handler?.(message);
