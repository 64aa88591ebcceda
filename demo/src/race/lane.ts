// One lane as the page knows it: its worker, what has been heard of it, and its card.

import { number, percent } from '../format.js';
import { History, RunningMean } from './history.js';
import { lanes, type Ask, type Raw, type Settings, type Standing, type Tell, type Told } from './messages.js';
import { statusOf, type Status } from './status.js';
import { drawBoundary } from './views/boundary.js';

/** A lane that runs and says nothing for this long has died without a word. */
const kSilenceMs = 20_000;
/** A batch's loss jumps from step to step: the curve shows its mean over so many. */
const kSmoothing = 20;
/** The least loss that the curve's logarithm shows. */
const kLeastLoss = 1e-6;

/** What the charts show of a lane's steps and measurements. */
const newPast = () => ({ loss: new History(), train: new History(), test: new History() });

export class LaneOnPage {
  step = 0;
  loss: number | undefined;
  /** The last measurement whole, and the step that it was made at. */
  standing: Standing | undefined;
  measuredAt: number | undefined;
  past = newPast();
  probabilities: readonly number[] | undefined;
  ready = false;
  #worker: Worker | undefined;
  #id = 0;
  #set: { settings: Settings; raw: Raw } | undefined;
  #perEpoch = 1;
  #chance = 0;
  #rate: number | undefined;
  #running = false;
  #mean = new RunningMean(kSmoothing);
  #diverged: number | undefined;
  #stopped: string | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;
  readonly #card: HTMLElement;

  constructor(
    readonly index: number,
    template: HTMLTemplateElement,
    private readonly heard: (lane: LaneOnPage, kind: Told['kind'] | 'stopped') => void,
    changed: () => void,
  ) {
    const { id, name } = lanes[index]!;
    this.#card = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    this.#card.dataset['lane'] = id;
    this.#card.dataset['testid'] = `lane-${id}`;
    this.#part('name').textContent = name;
    this.#part('bar').setAttribute('aria-label', name);
    for (const field of [this.#runs, this.#lr]) field.addEventListener('change', changed);
    this.#lr.dataset['key'] = `raceLr_${id}`;
    this.#runs.dataset['key'] = `raceRuns_${id}`;
    this.#lr.setAttribute('aria-label', `Learning rate of ${name}`);
    this.#runs.setAttribute('aria-label', `${name} takes part`);
    this.#part('boundary').setAttribute('aria-label', `Decision boundary of ${name}`);
    this.#part('retry').addEventListener('click', () => this.retry());
  }

  get card(): HTMLElement {
    return this.#card;
  }
  get #runs(): HTMLInputElement {
    return this.#part<HTMLInputElement>('runs');
  }
  get #lr(): HTMLInputElement {
    return this.#part<HTMLInputElement>('lr');
  }
  get takesPart(): boolean {
    return this.#runs.checked;
  }
  get lr(): number {
    const given = Number(this.#lr.value);
    return given >= 1e-6 && given <= 10 ? given : 0.01;
  }
  get perEpoch(): number {
    return this.#perEpoch;
  }

  get status(): { status: Status; text: string } {
    return statusOf({
      epoch: Math.floor(this.step / this.#perEpoch),
      epochs: this.#set?.settings.epochs ?? 1,
      running: this.#running,
      train: this.standing?.train,
      chance: this.#chance,
      diverged: this.#diverged,
      stopped: this.#stopped,
    });
  }

  /** Whether it could still make a step. */
  get alive(): boolean {
    const { status } = this.status;
    return this.ready && this.takesPart && !['diverged', 'done', 'stopped'].includes(status) && this.step < this.#last;
  }
  get #last(): number {
    return (this.#set?.settings.epochs ?? 0) * this.#perEpoch;
  }

  setUp(settings: Settings, raw: Raw): void {
    this.#set = { settings, raw };
    [this.step, this.loss, this.standing, this.measuredAt] = [0, undefined, undefined, undefined];
    [this.past, this.#mean] = [newPast(), new RunningMean(kSmoothing)];
    [this.ready, this.#running, this.#rate, this.probabilities] = [false, false, undefined, undefined];
    [this.#diverged, this.#stopped] = [undefined, undefined];
    clearTimeout(this.#watch);
    this.#id += 1;
    if (this.takesPart) this.#ask({ kind: 'set up', id: this.#id, lane: this.index, settings, lr: this.lr, raw });
    this.draw();
  }

  /** From the start again, in a fresh worker. */
  retry(): void {
    if (!this.#set) return;
    this.setUp(this.#set.settings, this.#set.raw);
    this.run();
  }

  run(): void {
    if (!this.takesPart || this.#stopped !== undefined) return;
    this.#running = true;
    this.#ask({ kind: 'run' });
    this.#listen();
  }
  pause(): void {
    this.#running = false;
    clearTimeout(this.#watch);
    if (this.#worker) this.#ask({ kind: 'pause' });
  }
  stepOnce(): void {
    this.#running = false;
    if (this.alive) this.#ask({ kind: 'step' });
  }
  classify(pixels: Float32Array): void {
    if (this.ready && this.takesPart && this.#worker) this.#ask({ kind: 'classify', pixels });
  }

  #ask(message: Ask): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message);
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'lane' });
    worker.onmessage = ({ data }: MessageEvent<Tell>): void => {
      // What was on its way when the race was set up anew is of no interest.
      if (data.id === this.#id) this.#hear(data);
    };
    worker.onerror = (event): void => {
      event.preventDefault();
      this.#stop(event.message || 'its worker could not be loaded');
    };
    return worker;
  }

  #listen(): void {
    clearTimeout(this.#watch);
    if (this.#running) this.#watch = setTimeout(() => this.#stop('its worker does not answer'), kSilenceMs);
  }

  #stop(reason: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    clearTimeout(this.#watch);
    [this.#running, this.ready, this.#stopped] = [false, false, reason];
    this.draw();
    this.heard(this, 'stopped');
  }

  #hear(told: Told): void {
    if (told.kind === 'error') return this.#stop(told.message);
    if (told.kind === 'ready') {
      this.ready = true;
      [this.#perEpoch, this.#chance] = [told.perEpoch, told.chance];
    } else if (told.kind === 'answer') this.probabilities = told.probabilities;
    else {
      for (const loss of told.losses) {
        this.step += 1;
        this.loss = loss;
        this.past.loss.add(this.step, Math.max(this.#mean.add(loss), kLeastLoss));
      }
      if (told.standing) {
        [this.standing, this.measuredAt] = [told.standing, told.step];
        this.past.train.add(told.step, told.standing.train);
        this.past.test.add(told.step, told.standing.test);
      }
      this.#rate = told.stepsPerSecond;
      this.#diverged = told.diverged;
      if (told.diverged !== undefined || this.step >= this.#last) this.#running = false;
    }
    this.#listen();
    this.heard(this, told.kind);
  }

  #part<E extends HTMLElement = HTMLElement>(name: string): E {
    return this.#card.querySelector(`[data-part="${name}"]`) as E;
  }

  draw(): void {
    const part = takesText(this.#card);
    const epoch = Math.floor(this.step / this.#perEpoch);
    const epochs = this.#set?.settings.epochs ?? 1;
    const apart = this.takesPart ? this.#set === undefined && 'not set up' : 'not in the race';
    const { status, text } = apart ? { status: 'waiting', text: apart } : this.status;
    const shares = this.standing ? `train ${percent(this.standing.train)}, test ${percent(this.standing.test)}` : '';
    this.#card.dataset['status'] = status;
    part('status', text);
    part('epoch', this.#set ? `epoch ${epoch} of ${epochs}` : '');
    part('loss', this.loss === undefined ? '–' : number(this.loss, 3));
    part('train', this.standing ? percent(this.standing.train) : '–');
    part('test', this.standing ? percent(this.standing.test) : '–');
    part('rate', this.#rate === undefined ? '–' : this.#rate.toFixed(0));
    this.#part('retry').hidden = status !== 'stopped';
    const bar = this.#part('bar');
    bar.setAttribute('aria-valuemax', String(epochs));
    bar.setAttribute('aria-valuenow', String(epoch));
    bar.setAttribute('aria-valuetext', [`epoch ${epoch} of ${epochs}`, text, shares].filter(Boolean).join(', '));
    bar.style.setProperty('--done', String(this.#last > 0 ? this.step / this.#last : 0));
    const canvas = this.#part<HTMLCanvasElement>('boundary');
    const boundary = this.standing?.boundary;
    canvas.hidden = !boundary;
    if (boundary && this.#set) drawBoundary(canvas, boundary, this.#set.raw);
  }
}

/** Writes only what has changed: an untouched text costs no layout. */
const takesText = (card: HTMLElement) => (name: string, text: string): void => {
  const place = card.querySelector(`[data-part="${name}"]`)!;
  if (place.textContent !== text) place.textContent = text;
};
