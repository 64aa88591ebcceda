// The race's settings, as the form has them.

import { lanes, type Data, type Placement, type Settings } from './messages.js';

export const field = (key: string): HTMLInputElement => document.getElementById(`race-${key}`) as HTMLInputElement;

/** Chooses the data as by hand, so that the address hears of it. */
export function choose(data: Data): void {
  field('data').value = data;
  field('data').dispatchEvent(new Event('input'));
}

/** Within the field's limits; what is no number is its default. */
function value(key: string): number {
  const { min, max, value: text, defaultValue } = field(key);
  const given = text.trim() === '' ? NaN : Number(text);
  return Math.min(Number(max), Math.max(Number(min), Number.isFinite(given) ? given : Number(defaultValue)));
}
const whole = (key: string): number => Math.trunc(value(key));

export function settings(): Settings {
  return {
    data: field('data').value as Data,
    seed: whole('seed'),
    depth: whole('depth'),
    width: whole('width'),
    p: value('p'),
    placement: field('placement').value as Placement,
    places: whole('places'),
    same: field('same').checked,
    optimizer: field('optimizer').value as Settings['optimizer'],
    batch: whole('batch'),
    epochs: whole('epochs'),
  };
}

/** What the SNN's lane is called with these settings. */
export function snnName({ p, placement, places, depth }: Settings): string {
  if (p === 0) return 'SNN without dropout';
  const count = Math.min(places, depth);
  const where = { all: 'every layer', first: count === 1 ? 'the first layer' : `the first ${count}`, last: count === 1 ? 'the last layer' : `the last ${count}` };
  return `SNN + AlphaDropout(${p}) in ${where[placement]}`;
}

export function laneNames(all: Settings): string[] {
  const where = all.same && all.placement !== 'all' ? ' in the same places' : '';
  return lanes.map(({ id, name }) => (id === 'snn' ? snnName(all) : id === 'drop' ? `ReLU + Dropout(${all.p})${where}` : name));
}
