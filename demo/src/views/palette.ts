// The page's colours, as the canvases need them: the style sheet decides, light or dark.

export interface Palette {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly grid: string;
  readonly alpha: string;
  readonly drop: string;
  readonly plain: string;
  readonly theory: string;
  readonly band: string;
}

const names = ['ink', 'soft', 'line', 'grid', 'alpha', 'drop', 'plain', 'theory', 'band'] as const;

export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const entries = names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
  return Object.fromEntries(entries) as unknown as Palette;
}
