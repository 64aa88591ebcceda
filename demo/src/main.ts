// The page: controls change the state, the state goes into the address and to the worker, and what
// the worker answers is drawn.

import './style.css';
import './claims.css';
import { codePanel } from './code/panel.js';
import * as controls from './controls.js';
import { engine } from './engine.js';
import { drawNetwork, drawOneLayer, element } from './figures.js';
import type { Stats } from './figures.js';
import type { Info, OneLayer, Part, Reply, Sample } from './messages.js';
import { matches, presets } from './presets.js';
import { changed, defaults, formatHash, parseHash } from './state.js';
import type { Key, State } from './state.js';
import { panel } from './race/panel.js';
import { theme } from './theme.js';

interface Drawn<Result> {
  readonly state: State;
  readonly result: Result;
  readonly ms: number;
}

let state = defaults;
let oneLayer: Drawn<OneLayer> | undefined;
let network: Drawn<Sample[]> | undefined;
let info: Info | undefined;
let stats: Record<string, Stats> = {};

const needs: Record<Part, readonly Key[]> = {
  layer: ['p', 'samples', 'seed', 'draw'],
  network: ['p', 'seed', 'draw', 'depth', 'width', 'batch', 'activation', 'init', 'dropout'],
};

let ready = (): void => {};
const demo = {
  /** Resolves when both figures have been drawn for the first time. */
  ready: new Promise<void>((resolve) => (ready = resolve)),
  state: () => state,
  stats: () => stats,
  info: () => info,
  /** Milliseconds each figure took to compute. */
  times: () => ({ layer: oneLayer?.ms, network: network?.ms }),
  busy: () => worker.busy(),
  race: () => race,
};
(window as unknown as { __demo: typeof demo }).__demo = demo;

const worker = engine(heard, problem);

function heard(reply: Reply): void {
  if (reply.kind === 'error') return problem(reply.message);
  if (reply.kind === 'ready') info = reply.info;
  else {
    element('problem').hidden = true;
    if (reply.kind === 'layer') oneLayer = reply;
    else network = reply;
    draw([reply.kind]);
  }
  library();
  if (!worker.busy()) settle();
}

function problem(message: string): void {
  const place = element('problem');
  place.textContent = `The figures cannot be computed: ${message}. Try a current browser, or reload the page.`;
  place.hidden = false;
  document.body.classList.remove('busy');
}

function draw(parts: readonly Part[]): void {
  if (parts.includes('layer') && oneLayer) {
    stats = { ...stats, ...drawOneLayer(oneLayer.state, oneLayer.result) };
  }
  if (parts.includes('network') && network) {
    const { layer } = changed(network.state, { layer: state.layer });
    stats = {
      ...stats,
      ...drawNetwork({ ...network.state, layer }, network.result, (picked) => {
        set(changed(state, { layer: Math.min(picked, state.depth) }));
      }),
    };
  }
}

function library(): void {
  if (!info) return;
  const threads = info.threads === 1 ? `1 thread (${info.reason})` : `${info.threads} threads`;
  const time = network ? ` The network took ${network.ms.toFixed(0)} ms.` : '';
  const build = info.build === 'relaxed' ? 'relaxed SIMD' : 'SIMD';
  element('library').textContent = `alphatorch ${info.version}, ${build}, ${threads}.${time}`;
}

// A screen reader hears the finding when things have come to rest, not every step of a slider.
let speech: ReturnType<typeof setTimeout> | undefined;
let moved = false;
function settle(): void {
  document.body.classList.remove('busy');
  if (oneLayer && network) ready();
  if (!moved) return;
  clearTimeout(speech);
  speech = setTimeout(() => {
    element('live').textContent =
      `${element('one-finding').textContent} ${element('many-finding').textContent}`;
  }, 800);
}

// Browsers limit how often an address may change.
let writing: ReturnType<typeof setTimeout> | undefined;
function write(): void {
  clearTimeout(writing);
  writing = setTimeout(() => history.replaceState(null, '', formatHash(state)), 250);
}

function set(next: State): void {
  const differs = (key: Key): boolean => next[key] !== state[key];
  const parts = (Object.keys(needs) as Part[]).filter((part) => needs[part].some(differs));
  const layerOnly = parts.length === 0 && differs('layer');
  state = next;
  moved = true;
  show();
  write();
  if (parts.length > 0) {
    document.body.classList.add('busy');
    worker.ask(state, parts);
  } else if (layerOnly) draw(['network']);
}

function show(): void {
  controls.show(state);
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-preset]')) {
    const preset = presets[button.dataset['preset']!]!;
    button.setAttribute('aria-pressed', String(matches(state, preset)));
  }
}

function followHash(): void {
  if (/^#[a-z]+$/.test(location.hash)) return; // a link to a section
  const { state: next, rejected } = parseHash(location.hash);
  set(next);
  if (rejected.length > 0) {
    element('live').textContent = `The link had values that the page does not know; defaults are shown.`;
  }
}

controls.listen(() => state, set);
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-preset]')) {
  button.addEventListener('click', () => {
    set(changed(state, { ...presets[button.dataset['preset']!]!, layer: 64 }));
  });
}
element('resample').addEventListener('click', () => {
  set(changed(state, { draw: (state.draw + 1) % 1000 }));
});
// A section link must not take the state's place in the address.
for (const link of document.querySelectorAll<HTMLAnchorElement>('[data-section], .skip')) {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    const target = document.querySelector<HTMLElement>(link.getAttribute('href')!)!;
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView();
  });
}
addEventListener('hashchange', followHash);
const race = panel();
codePanel(() => state);
theme(element<HTMLButtonElement>('theme'), () => {
  draw(['layer', 'network']);
  race.redraw();
});

let width = innerWidth;
addEventListener('resize', () => {
  if (innerWidth === width) return; // a phone's address bar comes and goes
  width = innerWidth;
  draw(['layer', 'network']);
  race.redraw();
});

state = parseHash(location.hash).state;
show();
document.body.classList.add('busy');
worker.ask(state, ['layer', 'network']);
