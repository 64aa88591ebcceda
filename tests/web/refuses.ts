import { expect } from 'vitest';

/** Checks that `f` throws an error of PyTorch's class `name` with exactly this text. */
export function refuses(f: () => unknown, name: string, message: string): void {
  let error: unknown;
  try {
    f();
  } catch (e) {
    error = e;
  }
  expect(error, `nothing was thrown, expected: ${message}`).toBeInstanceOf(Error);
  expect(`${(error as Error).name}: ${(error as Error).message}`).toBe(`${name}: ${message}`);
}
