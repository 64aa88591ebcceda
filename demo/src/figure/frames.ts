// When pictures are painted: in frames, not in the middle of other work; those in view first, and no
// longer at a time than leaves the page free.

/** Half of a frame at 60 Hz; the picture that passes it is still finished. */
const BUDGET_MS = 8;

interface Waiting {
  readonly place: HTMLElement;
  readonly paint: () => void;
}

const waiting = new Map<string, Waiting>();
let frame: number | undefined;
let watchers: (() => void)[] = [];

/** Has `paint` run in one of the next frames; a newer one of the same key takes its place. */
export function paintSoon(key: string, place: HTMLElement, paint: () => void): void {
  waiting.set(key, { place, paint });
  frame ??= requestAnimationFrame(paintWaiting);
}

/** Whether something waits to be painted. */
export const painting = (): boolean => waiting.size > 0;

/** Resolves when nothing waits any more; a hidden page paints nothing until it is seen. */
export const painted = (): Promise<void> =>
  painting() ? new Promise((resolve) => watchers.push(resolve)) : Promise.resolve();

/** How far outside of the window it is, in px. */
function distance({ place }: Waiting): number {
  const { top, bottom } = place.getBoundingClientRect();
  return Math.max(0, top - innerHeight, -bottom);
}

function paintWaiting(): void {
  frame = undefined;
  const end = performance.now() + BUDGET_MS;
  const order = [...waiting].map(([key, one]) => ({ key, one, far: distance(one) })).sort((a, b) => a.far - b.far);
  for (const { key, one } of order) {
    waiting.delete(key);
    one.paint();
    if (performance.now() >= end) break;
  }
  if (painting()) frame ??= requestAnimationFrame(paintWaiting);
  else for (const done of watchers.splice(0)) done();
}
