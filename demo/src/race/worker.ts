// A lane runs here: the page stays awake, and is heard between two steps.

import * as torch from 'alphatorch';
import type { Ask, Tell, Told } from './messages.js';
import { Run } from './run.js';

let id = 0;
const say = (message: Told): void => postMessage({ id, ...message } satisfies Tell);

/** How often the page hears of progress, in ms; and after how many steps at most the lane is measured. */
const kTellMs = 50;
const kMeasureSteps = 50;

let run: Run | undefined;
let running = false;
let last = 0;
let losses: number[] = [];
let told = 0;
let diverged: number | undefined;
// Steps and the time they took, since the set-up.
let [count, spent] = [0, 0];

function advance(single: boolean): void {
  const now = performance.now();
  const next = run!.step + 1;
  const measure = single || next % Math.min(run!.perEpoch, kMeasureSteps) === 0 || next === last;
  const loss = run!.advance(measure);
  losses.push(loss);
  count += 1;
  spent += performance.now() - now;
  if (!Number.isFinite(loss)) diverged = run!.step;
  if (diverged !== undefined || run!.step >= last) running = false;
  if (running && !measure && performance.now() - told < kTellMs) return;
  const standing = measure || diverged !== undefined ? run!.standing() : undefined;
  say({ kind: 'progress', step: run!.step, losses, standing, stepsPerSecond: (1000 * count) / spent, diverged });
  losses = [];
  told = performance.now();
}

// Steps for a dozen milliseconds, then a turn of the event loop, in which messages arrive.
const { port1, port2 } = new MessageChannel();
function turn(): void {
  const until = performance.now() + 12;
  while (running && performance.now() < until) advance(false);
  if (running) port2.postMessage(null);
}

function guarded<A>(work: (argument: A) => void): (argument: A) => void {
  return (argument) => {
    try {
      work(argument);
    } catch (error) {
      running = false;
      say({ kind: 'error', message: error instanceof Error ? error.message : String(error) });
    }
  };
}

const over = (): boolean => !run || diverged !== undefined || run.step >= last;

const answers: { [Kind in Ask['kind']]: (ask: Extract<Ask, { kind: Kind }>) => void } = {
  'set up': ({ id: next, lane, settings, lr, raw }) => {
    [id, running, diverged] = [next, false, undefined];
    run?.dispose();
    run = undefined;
    [losses, count, spent] = [[], 0, 0];
    run = new Run(lane, settings, lr, raw);
    last = settings.epochs * run.perEpoch;
    say({ kind: 'ready', perEpoch: run.perEpoch, chance: run.data.chance });
  },
  run: () => {
    if (running || over()) return;
    running = true;
    port2.postMessage(null);
  },
  pause: () => {
    running = false;
  },
  step: () => {
    running = false;
    if (!over()) advance(true);
  },
  classify: ({ pixels }) => {
    if (run) say({ kind: 'answer', probabilities: run.classify(pixels) });
  },
};

port1.onmessage = guarded(turn);

// Four lanes share the processors already; no result depends on the number of threads.
torch.set_num_threads(1);
const ready = torch.init();
onmessage = ({ data }: MessageEvent<Ask>): void => {
  void ready
    .then(() => guarded(() => (answers[data.kind] as (ask: Ask) => void)(data))(undefined))
    .catch((error: unknown) => say({ kind: 'error', message: String(error) }));
};
