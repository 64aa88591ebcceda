// The race runs here: the page stays awake, and is heard between two steps.

import * as torch from 'alphatorch';
import type { Ask, Tell, Told } from './messages.js';
import { Race } from './race.js';

let id = 0;
const say = (message: Told): void => postMessage({ id, ...message } satisfies Tell);

/** How often the page hears of progress, and how often the test set is answered, in ms. */
const kTellMs = 50;
const kMeasureMs = 500;

let race: Race | undefined;
let running = false;
let losses: number[][] = [];
let told = 0;
let measured = 0;
// Steps and the time they took, since the run began.
let [count, spent] = [0, 0];

function advance(single: boolean): void {
  const now = performance.now();
  const measure = single || now - measured > kMeasureMs;
  losses.push(race!.advance(measure));
  count += 1;
  spent += performance.now() - now;
  if (measure) measured = performance.now();
  if (!measure && performance.now() - told < kTellMs) return;
  const standings = measure ? race!.standings() : undefined;
  say({ kind: 'progress', step: race!.step, losses, standings, stepsPerSecond: (1000 * count) / spent });
  losses = [];
  told = performance.now();
}

// Steps for a dozen milliseconds, then a turn of the event loop, in which messages arrive.
const { port1, port2 } = new MessageChannel();
port1.onmessage = guarded(() => {
  const until = performance.now() + 12;
  while (running && performance.now() < until) advance(false);
  if (running) port2.postMessage(null);
});

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

const answers: { [Kind in Ask['kind']]: (ask: Extract<Ask, { kind: Kind }>) => void } = {
  'set up': ({ id: next, settings, csv }) => {
    [id, running] = [next, false];
    race?.dispose();
    race = undefined;
    [losses, count, spent] = [[], 0, 0];
    race = new Race(settings, csv);
    const { train, y_test, features, classes, rejected, examples } = race.data;
    say({ kind: 'set up', train: train.length, test: y_test.shape[0]!, features, classes, rejected, examples });
  },
  run: () => {
    if (running || !race) return;
    running = true;
    port2.postMessage(null);
  },
  pause: () => {
    running = false;
  },
  step: () => {
    running = false;
    if (race) advance(true);
  },
  classify: ({ pixels }) => {
    if (race) say({ kind: 'answer', probabilities: race.classify(pixels) });
  },
};

const ready = torch.init();
onmessage = ({ data }: MessageEvent<Ask>): void => {
  void ready.then(() => guarded(() => (answers[data.kind] as (ask: Ask) => void)(data))(undefined));
};
