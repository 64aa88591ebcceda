// The mode that finds where NaN comes from.

import { callback } from '../callbacks.js';
import { call } from '../core.js';
import { warn } from '../warning.js';

/** Anomaly mode until disposed. */
export class AnomalyMode {
  #before: [enabled: boolean, check_nan: boolean] | undefined = call((c) => [
    c.anomaly_enabled(),
    c.anomaly_check_nan(),
  ]);

  constructor(enabled: boolean, check_nan: boolean) {
    set(enabled, check_nan);
  }

  [Symbol.dispose](): void {
    const before = this.#before;
    this.#before = undefined;
    if (before !== undefined) set(...before);
  }
}

function set(enabled: boolean, check_nan: boolean): void {
  const trace = enabled ? callback(() => [callback(reporter())]) : 0;
  call((c) => c.set_detect_anomaly(enabled, check_nan, trace));
}

function reporter(): () => number[] {
  // V8 keeps ten frames unless asked, and the first of them are ours.
  const errors = Error as { stackTraceLimit?: number };
  const limit = errors.stackTraceLimit;
  errors.stackTraceLimit = 50;
  const stack = (new Error().stack ?? '').replace(/^Error\n/, '');
  if (limit === undefined) delete errors.stackTraceLimit;
  else errors.stackTraceLimit = limit;
  return () => {
    const name = call((c) => c.anomaly_failed()) as string;
    warn(`Error detected in ${name}. Traceback of forward call that caused the error:\n${stack}`);
    return [];
  };
}

/**
 * Switches on the search for NaN: from now on, or with `using` for a stretch. An op that makes NaN
 * of inputs without one fails and is named; a backward that gives NaN fails and is named, as in
 * PyTorch, and `torch.onwarning` is told where its forward was called. Where an infinity came first,
 * the error also says which op made it. Slow: every result is searched, every call noted.
 *
 * PyTorch: `torch.autograd.set_detect_anomaly`, which does not look at forward.
 */
export function set_detect_anomaly(mode: boolean, check_nan = true): AnomalyMode {
  return new AnomalyMode(mode, check_nan);
}

/** Runs `fn` in the mode of {@link set_detect_anomaly}; without `fn`: `using _ = detect_anomaly()`. */
export function detect_anomaly(): AnomalyMode;
export function detect_anomaly<R>(fn: () => R, options?: { check_nan?: boolean }): R;
export function detect_anomaly<R>(fn?: () => R, { check_nan = true } = {}): R | AnomalyMode {
  const mode = new AnomalyMode(true, check_nan);
  if (fn === undefined) return mode;
  try {
    return fn();
  } finally {
    mode[Symbol.dispose]();
  }
}

/** Whether the search for NaN is on. */
export const is_anomaly_enabled = (): boolean => call((c) => c.anomaly_enabled());
