// The instruments' corner: what runs here, how fast, and how smoothly.

import './hud.css';
import type { Info, Speed } from '../experiments/messages.js';
import { element, made } from '../figure/figure.js';
import type { State } from '../state.js';

/** What was seen so far; what a browser does not tell is undefined. */
export interface Hud {
  readonly version: string;
  readonly simd: string;
  readonly threads: number;
  readonly reason: string;
  readonly isolated: boolean;
  readonly alpha: number | undefined;
  readonly copy: number | undefined;
  readonly ratio: number | undefined;
  readonly frame_p50: number | undefined;
  readonly frame_p95: number | undefined;
  readonly long_tasks: number;
  readonly longest_task: number;
  readonly heap: number | undefined;
  readonly bytes: number;
  readonly seed: number;
}

// Only the last frames count: a slow start is not how the page runs.
const FRAMES = 240;
const frames: number[] = [];
let last: number | undefined;
let until = 0;
let long = { count: 0, most: 0 };

/** Frames are timed while something moves, and a second longer: an idle page has none. */
export function active(): void {
  until = performance.now() + 1000;
  if (last === undefined) requestAnimationFrame(tick);
}
function tick(at: number): void {
  if (document.hidden || at > until) {
    last = undefined;
    return;
  }
  if (last !== undefined) frames.push(at - last);
  if (frames.length > FRAMES) frames.shift();
  last = at;
  requestAnimationFrame(tick);
}

if (PerformanceObserver.supportedEntryTypes.includes('longtask')) {
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      long = { count: long.count + 1, most: Math.max(long.most, duration) };
    }
  }).observe({ entryTypes: ['longtask'] });
}

function quantile(share: number): number | undefined {
  const sorted = [...frames].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

export function hud(info: Info | undefined, speed: Speed | undefined, state: State): Hud {
  const entries = [
    ...performance.getEntriesByType('navigation'),
    ...performance.getEntriesByType('resource'),
  ] as PerformanceResourceTiming[];
  // What is loaded ahead stands there again when a worker takes it.
  const sizes = new Map(entries.map(({ name, encodedBodySize }) => [name, encodedBodySize]));
  const memory = (performance as { memory?: { usedJSHeapSize: number } }).memory;
  return {
    version: info?.version ?? '',
    simd: info ? (info.build === 'relaxed' ? 'relaxed SIMD' : 'SIMD128') : '',
    threads: info?.threads ?? 0,
    reason: info?.reason ?? '',
    isolated: crossOriginIsolated,
    alpha: speed?.alpha,
    copy: speed?.copy,
    ratio: speed && speed.alpha / speed.copy,
    frame_p50: quantile(0.5),
    frame_p95: quantile(0.95),
    long_tasks: long.count,
    longest_task: long.most,
    heap: memory?.usedJSHeapSize,
    // As they travel, compressed or not; whether from a cache or not.
    bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0),
    seed: state.seed,
  };
}

const giga = (rate: number | undefined): string =>
  rate === undefined ? '…' : rate >= 1e9 ? `${(rate / 1e9).toFixed(2)} G/s` : `${(rate / 1e6).toFixed(0)} M/s`;
const mega = (bytes: number | undefined): string =>
  bytes === undefined ? 'not told' : `${(bytes / 1e6).toFixed(1)} MB`;
const milli = (ms: number | undefined): string => (ms === undefined ? '–' : `${ms.toFixed(1)} ms`);

export function drawHud(now: Hud): void {
  const rows: [string, string][] = [
    ['Build', now.simd || 'starting…'],
    ['Threads', now.threads === 0 ? '…' : String(now.threads)],
    ['alpha_dropout', `${giga(now.alpha)}${now.ratio ? `, ${Math.round(100 * now.ratio)} % of a copy` : ''}`],
    ['copy', giga(now.copy)],
    ['Frame p50, p95', `${milli(now.frame_p50)}, ${milli(now.frame_p95)}`],
    ['Tasks over 50 ms', now.long_tasks === 0 ? 'none' : `${now.long_tasks}, longest ${now.longest_task.toFixed(0)} ms`],
    ['Page heap', mega(now.heap)],
    ['Loaded', mega(now.bytes)],
    ['Seed', String(now.seed)],
  ];
  element('hud-list').replaceChildren(
    ...rows.flatMap(([name, value]) => [made('dt', '', name), made('dd', '', value)]),
  );
  const note = element('hud-note');
  note.hidden = now.threads !== 1;
  if (now.threads === 1) note.textContent = `One thread: ${now.reason}. Everything works, only slower.`;
}
