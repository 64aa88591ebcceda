// The page: controls change the state, the state goes into the address and to the worker, and what
// the worker answers is drawn.

import './style.css';
import './claims.css';
import { codePanel } from './code/panel.js';
import * as controls from './controls.js';
import { engine } from './engine.js';
import type { Answer, Info, Part, Reply, Results } from './experiments/messages.js';
import { element, equip, repaintAll } from './figure/figure.js';
import { painted, painting } from './figure/frames.js';
import { player } from './hero/hero.js';
import { active, drawHud, hud } from './hud/hud.js';
import { keyboard } from './keys.js';
import { drawLayer, isStandard } from './layer/layer.js';
import { announce } from './live.js';
import { addGhost, drawMany, ghosts, redrawMany } from './many/many.js';
import { matches, presets } from './many/presets.js';
import { drawMap, drawUnits, follow, listenMap } from './map/map.js';
import { cellRuns, drawPrice, listenPrice, trainCell } from './price/price.js';
import { panel } from './race/panel.js';
import { drawSign } from './sign/sign.js';
import { sheets } from './sheet.js';
import { changed, defaults, formatHash, keys, parseHash, phoneDefaults } from './state.js';
import type { Key, State } from './state.js';
import type { Stats } from './stats.js';
import { theme } from './theme.js';
import { allWell, isMemory, notice, problem, smaller } from './trouble.js';

type Drawn = { [Kind in Part]?: Extract<Answer, { kind: Kind }> };

let state = defaults;
let info: Info | undefined;
let drawn: Drawn = {};
let stats: Record<string, Stats> = {};

/** `?test=1`: nothing plays by itself and no speed is measured, so that pictures can be compared. */
const testing = new URLSearchParams(location.search).get('test') === '1';
const still = (): boolean => testing || matchMedia('(prefers-reduced-motion: reduce)').matches;
const hero = player(still);

/** On what each part depends. */
const needs: Record<Part, readonly Key[]> = {
  hero: ['seed'],
  layer: ['p', 'op', 'selu', 'mu', 'nu', 'samples', 'seed', 'draw'],
  sign: ['p', 'seed', 'draw'],
  units: ['seed', 'width'],
  network: ['p', 'seed', 'depth', 'width', 'batch', 'activation', 'init', 'norm', 'dropout'],
  signals: ['p', 'seed', 'depth', 'width', 'batch', 'activation', 'init', 'norm', 'dropout'],
  speed: [],
};
const all = (Object.keys(needs) as Part[]).filter((part) => part !== 'speed');

let ready = (): void => {};
let resting: (() => void)[] = [];
const worker = engine(heard, (message) => problem(message, retry));

function heard(reply: Reply): void {
  active();
  if (reply.kind === 'ready') info = reply.info;
  else if (reply.kind === 'error') failed(reply.part, reply.message);
  else {
    allWell();
    drawn = { ...drawn, [reply.kind]: reply };
    draw(reply.kind);
  }
  instruments();
  if (!worker.busy()) settle();
}

function failed(part: Part | undefined, message: string): void {
  const less = part && isMemory(message) ? smaller(state) : undefined;
  if (!less) return problem(message, part && retry);
  set(changed(state, less));
  const what = Object.entries(less).map(([key, value]) => `${key} ${value}`);
  notice(`There was not enough memory for this size; it is now ${what.join()}.`);
}

function retry(): void {
  allWell();
  worker.restart();
  worker.ask(state, all);
}

const result = <Kind extends Part>(kind: Kind): { state: State; result: Results[Kind] } | undefined =>
  drawn[kind] as { state: State; result: Results[Kind] } | undefined;

const pick = (layer: number): void => set(changed(state, { layer: Math.min(layer, state.depth) }));

const drawings: Record<Part, () => Record<string, Stats> | undefined> = {
  hero: () => {
    hero.load(result('hero')!.result);
    return hero.stats();
  },
  layer: () => drawLayer(result('layer')!.state, result('layer')!.result),
  sign: () => drawSign(result('sign')!.state, result('sign')!.result),
  units: () => void drawUnits(result('units')!.state, result('units')!.result),
  network: () => {
    const { state: then, result: samples } = result('network')!;
    const signals = result('signals');
    // Signals of another network would be a lie.
    const same = signals && needs.network.every((key) => signals.state[key] === then[key]);
    const { layer } = changed(then, { layer: state.layer });
    const shown = { ...then, layer, tab: state.tab };
    return drawMany({ state: shown, samples, signals: same ? signals.result : undefined }, pick);
  },
  signals: () => (drawn.network ? drawings.network() : undefined),
  speed: () => undefined,
};

function draw(part: Part): void {
  stats = { ...stats, ...drawings[part]() };
}

function instruments(): void {
  drawHud(hud(info, drawn.speed?.result, state));
  if (!info) return;
  const threads = info.threads === 1 ? `1 thread (${info.reason})` : `${info.threads} threads`;
  const build = info.build === 'relaxed' ? 'relaxed SIMD' : 'SIMD';
  const time = drawn.network ? ` The network took ${drawn.network.ms.toFixed(0)} ms.` : '';
  element('library').textContent = `alphatorch ${info.version}, ${build}, ${threads}.${time}`;
}

let moved = false;
function settle(): void {
  document.body.classList.remove('busy');
  const first = !drawn.speed && drawn.network !== undefined;
  const done = resting.splice(0);
  if (info && drawn.layer && drawn.network) done.push(ready);
  void painted().then(() => done.forEach((tell) => tell()));
  if (moved) announce(`${element('layer-finding').textContent} ${element('many-finding').textContent}`);
  if (first && !testing) worker.ask(state, ['speed']);
}

// Browsers limit how often an address may change.
let writing: ReturnType<typeof setTimeout> | undefined;
function write(): void {
  writing ??= setTimeout(() => {
    writing = undefined;
    history.replaceState(null, '', formatHash(state));
  }, 250);
}

function set(next: State): void {
  const before = state;
  const differs = (key: Key): boolean => next[key] !== before[key];
  const parts = all.filter((part) => needs[part].some(differs));
  state = next;
  moved = true;
  notice('');
  active();
  show();
  write();
  if ((['omega', 'tau', 'mu0', 'nu0'] as const).some(differs)) drawMap(state);
  if (differs('p')) drawPrice(state.p);
  if (parts.length > 0) {
    document.body.classList.add('busy');
    worker.ask(state, parts);
  }
  if (!parts.includes('network') && (differs('layer') || differs('tab')) && drawn.network) draw('network');
}
const change = (some: Partial<State>): void => set(changed(state, some));

function show(): void {
  controls.show(state);
  element<HTMLInputElement>('standard').checked = isStandard(state);
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-preset]')) {
    button.setAttribute('aria-pressed', String(matches(state, presets[button.dataset['preset']!]!)));
  }
}

const isSection = (): boolean => /^#[a-z-]+$/.test(location.hash);
const linked = (): ReturnType<typeof parseHash> =>
  parseHash(isSection() ? '' : location.hash, innerWidth < 720 ? phoneDefaults : defaults);

function followHash(): void {
  if (isSection()) return;
  const { state: next, rejected } = linked();
  const races = keys.filter((key) => key.startsWith('race')).some((key) => next[key] !== state[key]);
  set(next);
  if (races) race.follow();
  complain(rejected);
}
function complain(rejected: readonly string[]): void {
  if (rejected.length === 0) return;
  const text = 'The link holds values that this page does not know; their defaults are shown.';
  notice(text);
  announce(text);
}

function goTo(id: string): void {
  const target = element(id);
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView();
}

const redraw = (): void => {
  repaintAll();
  redrawMany();
  race.redraw();
};
const again = (): void => change({ draw: (state.draw + 1) % 1000 });

async function copy(text: string, button: HTMLElement): Promise<void> {
  const label = button.textContent;
  await navigator.clipboard.writeText(text).then(
    () => (button.textContent = 'Copied'),
    // Where the page may not write there, the visitor can.
    () => void prompt('Copy this:', text),
  );
  setTimeout(() => (button.textContent = label), 1500);
}

function listen(): void {
  controls.listen(() => state, set);
  listenMap(() => state, change);
  listenPrice(() => state.p, () => state.seed);
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-preset]')) {
    button.addEventListener('click', () => change({ ...presets[button.dataset['preset']!]!, layer: 64 }));
  }
  element('resample').addEventListener('click', again);
  element('ghost').addEventListener('click', addGhost);
  element<HTMLInputElement>('standard').addEventListener('change', (event) => {
    const standard = (event.target as HTMLInputElement).checked;
    change(standard ? { mu: 0, nu: 1 } : { mu: 1 });
  });
  element('share').addEventListener('click', (event) => {
    history.replaceState(null, '', formatHash(state));
    void copy(location.href, event.target as HTMLElement);
  });
  element('hud-copy').addEventListener('click', (event) => {
    void copy(JSON.stringify(hud(info, drawn.speed?.result, state)), event.target as HTMLElement);
  });
  element('hud-again').addEventListener('click', () => worker.ask(state, ['speed']));
  // A section link must not take the state's place in the address.
  for (const link of document.querySelectorAll<HTMLAnchorElement>('[data-section], .skip')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      goTo(link.getAttribute('href')!.slice(1));
    });
  }
  addEventListener('hashchange', followHash);
  let width = innerWidth;
  addEventListener('resize', () => {
    if (innerWidth === width) return; // a phone's address bar comes and goes
    width = innerWidth;
    redraw();
  });
}

const sections = ['layer', 'maps', 'many', 'price', 'race', 'code'].filter((id) => element(id));
const titles = (id: string): string => document.querySelector(`#${id} h2`)!.textContent!.toLowerCase();
keyboard([
  ...sections.map((id, i) => ({ key: String(i + 1), does: `to ${titles(id)}`, act: () => goTo(id) })),
  { key: 'n', does: 'draw new values and a new mask', act: again },
  { key: 'p', does: 'play or pause the first figure', act: () => hero.toggle() },
  { key: 'g', does: 'add the network as ghost', act: addGhost },
  { key: ' ', does: 'start or pause the race', act: () => race.toggle() },
  { key: 's', does: 'one step of the race', act: () => race.step() },
  { key: 'r', does: 'reset the race', act: () => race.reset() },
]);

/** A command of the page's own checks: a change of the state, or an act by its name. */
function run(command: Partial<State> | 'resample' | 'ghost' | 'crash'): Promise<void> {
  if (command === 'ghost') addGhost();
  else if (command === 'crash') worker.crash('it was told to');
  else if (command === 'resample') again();
  else change(command);
  return worker.busy() ? new Promise((resolve) => resting.push(resolve)) : painted();
}

const demo = {
  /** Resolves when one layer and the network have been drawn, and the library has told its threads. */
  ready: new Promise<void>((resolve) => (ready = resolve)),
  state: () => state,
  /** The numbers of a figure by its id, or of all. */
  stats: (figure?: string) => (figure === undefined ? stats : stats[figure]),
  theory: (figure: string) => stats[figure]?.theory,
  run,
  hud: () => hud(info, drawn.speed?.result, state),
  info: () => info,
  /** The orbit in the map, or the one of another start or other weights. */
  orbit: (other: Partial<State> = {}) => follow({ ...state, ...other }),
  signals: () => drawn.signals?.result,
  ghosts,
  trainCell,
  cellRuns,
  busy: () => worker.busy() || painting(),
  race: () => race,
};
(window as unknown as { __demo: typeof demo }).__demo = demo;

equip(() => formatHash(state));
sheets();
const race = panel();
listen();
const link = linked();
state = link.state;
show();
codePanel(() => state);
theme(element<HTMLButtonElement>('theme'), redraw);
complain(link.rejected);
drawMap(state);
drawPrice(state.p);
instruments();
document.body.classList.add('busy');
worker.ask(state, all);
