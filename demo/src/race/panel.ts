// The race on the page: controls to the worker, progress to the figures.

import './race.css';
import { palette } from '../views/palette.js';
import { SIDE } from './digits.js';
import { lanes, type Ask, type Data, type Settings, type Standing, type Tell, type Told } from './messages.js';
import { Chart, type Curves } from './views/curves.js';
import { drawDigit, Pad } from './views/digits.js';
import { drawMoments, drawStandings } from './views/standings.js';

const element = <E extends HTMLElement = HTMLElement>(id: string): E => document.getElementById(id) as E;

/** How many points a curve is drawn with: more than a screen can show. */
const kPoints = 1500;

export interface Panel {
  /** The colours or the width have changed. */
  redraw(): void;
  /** For the page's own checks. */
  state(): { step: number; losses: readonly number[] | undefined; standings: readonly Standing[] | undefined; answer: number[] | undefined; running: boolean };
  /** Draws on the pad; one of the training set's digits when only its number is given. */
  draw(example: number): void;
}

/** Each value's mean with those before it. A logarithm has no zero. */
function smoothed(list: readonly number[]): number[] {
  const over = 20;
  let sum = 0;
  return list.map((value, i) => {
    sum += value - (list[i - over] ?? 0);
    return Math.max(sum / Math.min(i + 1, over), 1e-6);
  });
}

export function panel(): Panel {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const ask = (message: Ask): void => worker.postMessage(message);
  const loss = new Chart(element('race-loss'), true);
  const accuracy = new Chart(element('race-accuracy'), false);

  let running = false;
  let ready = false;
  let csv = '';
  let id = 0;
  let step = 0;
  let steps: number[] = [];
  let losses: number[][] = lanes.map(() => []);
  let measuredAt: number[] = [];
  let accuracies: number[][] = lanes.map(() => []);
  let latest: readonly number[] | undefined;
  let standings: readonly Standing[] | undefined;
  let answer: number[] | undefined;
  let classes: readonly string[] = [];
  let examples: readonly Float32Array[] = [];

  const field = (key: string): HTMLInputElement => element<HTMLInputElement>(`race-${key}`);
  const settings = (): Settings => {
    const value = (key: string): number => {
      const input = field(key);
      const [least, most] = [Number(input.min || 0), Number(input.max || 1e6)];
      const given = Number(input.value);
      return Math.min(most, Math.max(least, Number.isFinite(given) ? given : least));
    };
    return {
      data: field('data').value as Data,
      seed: Math.trunc(value('seed')),
      depth: Math.trunc(value('depth')),
      width: Math.trunc(value('width')),
      p: value('p'),
      lr: value('lr'),
      batch: Math.trunc(value('batch')),
    };
  };

  function setUp(): void {
    const next = settings();
    element('race-file').hidden = next.data !== 'table';
    if (next.data === 'table' && csv === '') {
      say('Choose a CSV file, or drop one here: numbers in columns, the class in the last.');
      return;
    }
    [step, steps, measuredAt, latest, standings, answer] = [0, [], [], undefined, undefined, undefined];
    losses = lanes.map(() => []);
    accuracies = lanes.map(() => []);
    [running, ready] = [false, false];
    say('Making the data…');
    id += 1;
    ask({ kind: 'set up', id, settings: next, csv });
    show();
  }

  const say = (text: string): void => {
    element('race-status').textContent = text;
  };

  const pad = new Pad(element<HTMLCanvasElement>('race-pad'), () => {
    drawDigit(element<HTMLCanvasElement>('race-pad'), pad.pixels, palette().ink);
    classify();
  });

  /** What is on the pad, where the networks know digits. */
  function classify(): void {
    if (ready && examples.length > 0 && pad.pixels.some((v) => v > 0)) ask({ kind: 'classify', pixels: pad.pixels });
  }

  const told: { [Kind in Told['kind']]: (message: Extract<Told, { kind: Kind }>) => void } = {
    'set up': (message) => {
      ready = true;
      ({ classes, examples } = message);
      const left = message.rejected.length;
      const out = left === 0 ? '' : ` ${left} ${left === 1 ? 'row was' : 'rows were'} left out.`;
      say(`${message.train} samples to learn from, ${message.test} to be tested on; ${message.features} numbers each, ${classes.length} classes.${out}`);
      element('race-rejected').hidden = left === 0;
      element('race-rejected-list').replaceChildren(
        ...message.rejected.map((line) => Object.assign(document.createElement('li'), { textContent: line })),
      );
      element('race-draw').hidden = examples.length === 0;
      show();
    },
    progress: (message) => {
      const first = message.step - message.losses.length;
      message.losses.forEach((values, i) => {
        steps.push(first + i + 1);
        values.forEach((value, lane) => losses[lane]!.push(value));
      });
      ({ step } = message);
      latest = message.losses.at(-1) ?? latest;
      if (message.standings) {
        standings = message.standings;
        measuredAt.push(step);
        standings.forEach((standing, lane) => accuracies[lane]!.push(standing.accuracy));
        classify();
      }
      say(`Step ${step}. ${message.stepsPerSecond.toFixed(0)} steps a second, each of four networks.`);
      requestAnimationFrame(progress);
    },
    answer: ({ probabilities }) => {
      answer = probabilities.map((p) => p.indexOf(Math.max(...p)));
      element('race-answers').replaceChildren(
        ...lanes.map((lane, i) => {
          const sure = probabilities[i]![answer![i]!]!;
          const text = `${classes[answer![i]!]} (${Math.round(100 * sure)} %)`;
          const item = document.createElement('li');
          item.append(Object.assign(document.createElement('b'), { textContent: text }), ` ${lane.name}`);
          item.style.setProperty('--sure', String(sure));
          return item;
        }),
      );
    },
    error: ({ message }) => {
      running = false;
      say(`The race cannot run: ${message}.`);
      show();
    },
  };
  worker.onmessage = ({ data }: MessageEvent<Tell>): void => {
    // What was on its way when the race was set up anew is of no interest.
    if (data.id === id) (told[data.kind] as (message: Told) => void)(data);
  };
  worker.onerror = (event): void => say(`The race cannot run: ${event.message || 'its worker could not be loaded'}.`);

  function thinned(over: readonly number[], values: readonly (readonly number[])[]): Curves {
    const every = Math.ceil(over.length / kPoints);
    const pick = <V>(list: readonly V[]): V[] => (every < 2 ? [...list] : list.filter((_, i) => i % every === 0));
    return { steps: pick(over), values: values.map((list) => pick(list)), log: false };
  }
  const lossCurves = (): Curves => thinned(steps, losses.map(smoothed));
  const accuracyCurves = (): Curves => thinned(measuredAt, accuracies);

  function progress(): void {
    loss.draw(lossCurves());
    accuracy.draw(accuracyCurves());
    numbers();
  }

  function numbers(): void {
    drawStandings(element<HTMLTableElement>('race-standings').tBodies[0]!, latest, standings);
    drawMoments(element<HTMLTableElement>('race-moments').tBodies[0]!, standings);
  }

  function show(): void {
    const start = element<HTMLButtonElement>('race-start');
    start.textContent = running ? 'Pause' : 'Start';
    for (const id of ['race-start', 'race-step']) element<HTMLButtonElement>(id).disabled = !ready;
    const colours = palette();
    loss.restyle(colours, lossCurves());
    accuracy.restyle(colours, accuracyCurves());
    numbers();
    drawDigit(element<HTMLCanvasElement>('race-pad'), pad.pixels, colours.ink);
    element('race-examples').replaceChildren(
      ...examples.map((pixels) => {
        const canvas = document.createElement('canvas');
        queueMicrotask(() => drawDigit(canvas, pixels, colours.ink));
        return canvas;
      }),
    );
  }

  element('race-start').addEventListener('click', () => {
    running = !running;
    ask({ kind: running ? 'run' : 'pause' });
    element<HTMLButtonElement>('race-start').textContent = running ? 'Pause' : 'Start';
  });
  element('race-step').addEventListener('click', () => {
    running = false;
    element<HTMLButtonElement>('race-start').textContent = 'Start';
    ask({ kind: 'step' });
  });
  element('race-reset').addEventListener('click', setUp);
  element('race-form').addEventListener('change', setUp);
  element('race-form').addEventListener('submit', (event) => event.preventDefault());
  element('race-clear').addEventListener('click', () => {
    element('race-answers').replaceChildren();
    pad.pixels = new Float32Array(SIDE * SIDE);
    drawDigit(element<HTMLCanvasElement>('race-pad'), pad.pixels, palette().ink);
  });
  element('race-example').addEventListener('click', () => {
    const next = examples[Math.floor(Math.random() * examples.length)];
    if (next) pad.show(next);
  });

  async function read(file: File | undefined): Promise<void> {
    if (!file) return;
    csv = await file.text();
    field('data').value = 'table';
    setUp();
  }
  field('csv').addEventListener('change', (event) => {
    event.stopPropagation();
    void read(field('csv').files?.[0]);
  });
  const zone = element('race');
  zone.addEventListener('dragover', (event) => {
    event.preventDefault();
    zone.classList.add('over');
  });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    zone.classList.remove('over');
    void read(event.dataTransfer?.files[0]);
  });

  setUp();
  return {
    redraw: show,
    state: () => ({ step, losses: latest, standings, answer, running }),
    draw: (example) => pad.show(examples[example]!),
  };
}
