// The race on the page: the form to the workers, what they say to the cards and the charts.

import './race.css';
import { percent } from '../format.js';
import { palette } from '../views/palette.js';
import { SIDE } from './digits.js';
import { droppable, Source } from './files.js';
import { choose, field, laneNames, settings } from './form.js';
import { LaneOnPage } from './lane.js';
import { lanes, type Data, type Raw, type Settings, type Standing } from './messages.js';
import { Chart, type Curve } from './views/curves.js';
import { drawDigit, Pad } from './views/digits.js';
import { drawMoments } from './views/moments.js';

const element = <E extends HTMLElement = HTMLElement>(id: string): E => document.getElementById(id) as E;

/** Charts are drawn no more often than the eye follows them, in ms: the rest of the frame is the visitor's. */
const kDrawMs = 100;
/** How often a screen reader hears of the race, in ms. */
const kSpeechMs = 2000;

export interface Panel {
  /** The colours or the width have changed. */
  redraw(): void;
  /** The form has been filled from an address. */
  follow(): void;
  toggle(): void;
  step(): void;
  reset(): void;
  /** For the page's own checks. */
  state(): { running: boolean; lanes: { id: string; step: number; status: string; loss: number | undefined; standing: Standing | undefined; answer: number | undefined }[] };
  /** One of the training set's digits on the pad. */
  draw(example: number): void;
}

export function panel(): Panel {
  const charts = {
    loss: new Chart(element('race-loss'), 'log'),
    train: new Chart(element('race-train'), 'share'),
    test: new Chart(element('race-test'), 'share'),
    mean: new Chart(element('race-mean'), 'free'),
    variance: new Chart(element('race-variance'), 'log'),
  };
  let running = false;
  let raw: Raw | undefined;
  /** Five workers are not started for a visitor who never comes near. */
  let awake = false;
  /** What was asked for before the lanes were set up. */
  let asked: (() => void) | undefined;

  const all = lanes.map((_, i) => new LaneOnPage(i, element<HTMLTemplateElement>('race-lane'), heard, setUp));
  element('race-lanes').replaceChildren(...all.map(({ card }) => card));

  function nameLanes(given: Settings): void {
    laneNames(given).forEach((name, i) => (all[i]!.card.querySelector('[data-part="name"]')!.textContent = name));
  }
  // As tall as they will be, so that nothing moves when they are set up.
  nameLanes(settings());
  for (const lane of all) lane.draw();

  const active = (): LaneOnPage[] => all.filter(({ takesPart }) => takesPart);
  const source = new Source({
    made(made) {
      raw = made;
      begin(made);
    },
    failed(message) {
      asked = undefined;
      say(`The data cannot be used: ${message}. ${raw ? 'The race stays as it was.' : ''}`);
      if (raw) choose(shown);
      element('race-file').hidden = field('data').value !== 'file';
    },
  });
  let shown: Data = 'digits14';

  let speech: ReturnType<typeof setTimeout> | undefined;
  let spoken = 0;
  function say(text: string): void {
    clearTimeout(speech);
    const wait = Math.max(0, spoken + kSpeechMs - performance.now());
    speech = setTimeout(() => {
      spoken = performance.now();
      element('race-status').textContent = text;
    }, wait);
  }

  function setUp(): void {
    awake = true;
    near.disconnect();
    const next = settings();
    const wantsFile = next.data === 'file';
    element('race-file').hidden = !wantsFile;
    field('places').disabled = next.placement === 'all';
    if (wantsFile && !source.hasFile) {
      say('Choose a file, or drop one here: a CSV (numbers in columns, the class in the last), or images and labels in MNIST’s format.');
      return;
    }
    say('Making the data…');
    source.make(next);
  }

  function begin(made: Raw): void {
    const next = settings();
    [running, shown] = [false, next.data];
    nameLanes(next);
    for (const lane of all) lane.setUp(next, made);
    const left = made.rejected.length;
    const out = left === 0 ? '' : ` ${left === 1 ? 'One note' : `${left} notes`} on what was left out, below.`;
    say(`${made.labels.length - made.test} samples to learn from, ${made.test} to be tested on; ${made.features} numbers each, ${made.classes.length} classes.${out}`);
    element('race-rejected').hidden = left === 0;
    element('race-rejected-list').replaceChildren(
      ...made.rejected.slice(0, 200).map((line) => Object.assign(document.createElement('li'), { textContent: line })),
    );
    element('race-draw').hidden = !drawable();
    show();
  }

  const drawable = (): boolean => raw?.side === SIDE || raw?.side === SIDE / 2;
  const pad = new Pad(element<HTMLCanvasElement>('race-pad'), () => {
    drawDigit(element<HTMLCanvasElement>('race-pad'), pad.pixels, palette().ink);
    classify();
  });
  function classify(): void {
    if (!drawable() || !pad.pixels.some((v) => v > 0)) return;
    for (const lane of active()) lane.classify(pad.pixels);
  }

  function heard(lane: LaneOnPage, kind: string): void {
    if (kind === 'ready') lane.draw();
    if ((kind === 'ready' || kind === 'stopped') && !pending()) begun();
    if (kind === 'ready') return;
    if (kind === 'answer') return answers();
    // A lane that is still being set up has its race before it.
    if (running && !pending() && !active().some(({ alive }) => alive)) {
      running = false;
      say(finding());
    } else if (kind === 'stopped') say(`${lanes[lane.index]!.name}: ${lane.status.text}.`);
    if (lane.measuredAt === lane.step) classify();
    soon();
  }

  let waiting = false;
  let drawnAt = 0;
  function soon(): void {
    if (waiting) return;
    waiting = true;
    setTimeout(() => requestAnimationFrame(() => {
      waiting = false;
      drawnAt = performance.now();
      for (const lane of all) lane.draw();
      for (const [name, chart] of Object.entries(charts)) chart.draw(curves(name as keyof typeof charts));
      finish();
    }), Math.max(0, drawnAt + kDrawMs - performance.now()));
  }

  function curves(of: keyof typeof charts): Curve[] {
    return all.map((lane) => {
      if (of === 'loss' || of === 'train' || of === 'test') return lane.past[of];
      const moments = lane.standing?.moments ?? [];
      return { at: moments.map((_, i) => i + 1), values: moments.map((m) => m[of]) };
    });
  }

  function finding(): string {
    const known = active().filter(({ standing }) => standing);
    if (known.length === 0) return 'No lane has been measured yet.';
    return `${known
      .map((lane) => `${lanes[lane.index]!.name}: train ${percent(lane.standing!.train)}, test ${percent(lane.standing!.test)}, ${lane.status.text}`)
      .join('; ')}.`;
  }

  function answers(): void {
    element('race-answers').replaceChildren(
      ...active().flatMap((lane) => {
        if (!lane.probabilities) return [];
        const best = Math.max(...lane.probabilities);
        const item = document.createElement('li');
        const text = `${raw!.classes[lane.probabilities.indexOf(best)] ?? 'none'} (${percent(best)})`;
        item.append(Object.assign(document.createElement('b'), { textContent: text }), ` ${lanes[lane.index]!.name}`);
        return [item];
      }),
    );
  }

  /** What follows from the lanes: buttons, the description of the figures, the table. */
  function finish(): void {
    const start = element<HTMLButtonElement>('race-start');
    const label = running ? 'Pause' : 'Start';
    if (start.textContent !== label) start.textContent = label;
    for (const id of ['race-start', 'race-step']) element<HTMLButtonElement>(id).disabled = !raw;
    element('race-finding').textContent = finding();
    const table = element<HTMLDetailsElement>('race-numbers');
    const body = element<HTMLTableElement>('race-moments').tBodies[0]!;
    if (table.open) drawMoments(body, all.map(({ standing }) => standing?.moments ?? []));
  }

  function show(): void {
    const colours = palette();
    for (const [name, chart] of Object.entries(charts)) chart.restyle(colours, curves(name as keyof typeof charts));
    for (const lane of all) lane.draw();
    finish();
    drawDigit(element<HTMLCanvasElement>('race-pad'), pad.pixels, colours.ink);
  }

  function later(act: () => void): void {
    asked = act;
    if (!awake) setUp();
  }
  /** Whether a lane is still being set up. */
  const pending = (): boolean => active().some(({ ready, status }) => !ready && status.status !== 'stopped');
  function begun(): void {
    const act = asked;
    asked = undefined;
    act?.();
  }
  function toggle(): void {
    if (!raw) return later(toggle);
    running = !running && active().some(({ alive, ready }) => alive || !ready);
    for (const lane of active()) {
      if (running) lane.run();
      else lane.pause();
    }
    say(running ? 'The race runs.' : `Paused. ${finding()}`);
    soon();
  }
  function step(): void {
    if (!raw || pending()) return later(step);
    running = false;
    for (const lane of active()) {
      lane.pause();
      lane.stepOnce();
    }
    soon();
  }
  element('race-start').addEventListener('click', toggle);
  element('race-step').addEventListener('click', step);
  element('race-reset').addEventListener('click', setUp);
  element('race-form').addEventListener('change', setUp);
  element('race-form').addEventListener('submit', (event) => event.preventDefault());
  element('race-numbers').addEventListener('toggle', finish);
  element('race-clear').addEventListener('click', () => {
    element('race-answers').replaceChildren();
    pad.show(new Float32Array(SIDE * SIDE));
  });

  /** The next digit of the training set, as the pad would have it. */
  function example(i: number): void {
    if (!raw?.side) return;
    const { side, features, rows } = raw;
    const scale = SIDE / side;
    pad.show(Float32Array.from({ length: SIDE * SIDE }, (_, at) =>
      rows[(i % raw!.labels.length) * features + Math.floor(at / SIDE / scale) * side + Math.floor((at % SIDE) / scale)]!,
    ));
  }
  let next = 0;
  element('race-example').addEventListener('click', () => example(next++));

  const take = (files: readonly File[]): void => {
    choose('file');
    source.take(files, settings());
  };
  field('files').addEventListener('change', (event) => {
    event.stopPropagation();
    const files = [...(field('files').files ?? [])];
    if (files.length > 0) take(files);
    // The same file, corrected, may be chosen again.
    field('files').value = '';
  });
  droppable(element('race'), take);

  const near = new IntersectionObserver(([race]) => race!.isIntersecting && setUp(), { rootMargin: '100% 0px' });
  near.observe(element('race'));

  // A hidden page does not train; it goes on where it was.
  let interrupted = false;
  document.addEventListener('visibilitychange', () => {
    if (document.hidden ? running : interrupted) {
      interrupted = document.hidden;
      toggle();
    }
  });

  return {
    redraw: () => awake && show(),
    follow: () => awake && setUp(),
    toggle,
    step,
    reset: setUp,
    state: () => ({
      running,
      lanes: all.map((lane) => ({
        id: lanes[lane.index]!.id,
        step: lane.step,
        status: lane.status.status,
        loss: lane.loss,
        standing: lane.standing,
        answer: lane.probabilities?.indexOf(Math.max(...lane.probabilities)),
      })),
    }),
    draw: example,
  };
}
