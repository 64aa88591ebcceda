// JavaScript's collector counts its own bytes: to it a gigabyte in a tensor is one small object, and
// nothing urges it to run. So when tensors have piled up, memory that it does count is taken and
// dropped at once. Never in the middle of a job: releases only run between jobs.

import { call } from './core.js';

/** The growth that is answered: a quarter of what is there, within these. */
const kLeastGrowth = 4 * 1024 * 1024;
/** Firefox collects a large page in slices, and takes one when it is nudged: so it is not left waiting. */
const kMostGrowth = 16 * 1024 * 1024;
/**
 * What makes V8 (64 MB since its last full collection) and SpiderMonkey start one: measured in Node
 * 20, Chromium 156 and Firefox 153, where less does not always do. It is not touched, so it costs
 * no pages, and 0.2 ms in Node, 1–4 ms in the browsers.
 */
const kBallast = 64 * 1024 * 1024;
/** What a tensor takes beside its elements, about. */
const kPerTensor = 256;

// The least there was since the last nudge.
let least = 0;

/** At the end of a job: has the collector run if tensors have piled up. */
export function nudge(): void {
  const now = call((c) => c.live_bytes() + kPerTensor * c.live_tensors());
  least = Math.min(least, now);
  if (now - least < Math.max(kLeastGrowth, Math.min(now / 4, kMostGrowth))) return;
  least = now;
  try {
    new ArrayBuffer(kBallast);
  } catch {
    // No room for it: then the engine is collecting as it is.
  }
}
