// The page's colours, as the canvases need them: the style sheet decides, light or dark.

export interface Palette {
  readonly paper: string;
  readonly card: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly grid: string;
  readonly alpha: string;
  readonly drop: string;
  readonly plain: string;
  readonly theory: string;
  readonly band: string;
  readonly good: string;
  readonly bad: string;
  readonly ghost1: string;
  readonly ghost2: string;
  readonly ghost3: string;
  readonly ghost4: string;
  readonly low: string;
  readonly high: string;
}

const names = [
  'paper', 'card', 'ink', 'soft', 'line', 'grid', 'alpha', 'drop', 'plain', 'theory', 'band', 'good', 'bad',
  'ghost1', 'ghost2', 'ghost3', 'ghost4', 'low', 'high',
] as const;

export const FONT = '12px system-ui, sans-serif';

export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const entries = names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
  return Object.fromEntries(entries) as unknown as Palette;
}
