// What a screen reader is told while things change: at most one message in two seconds, the newest.

import { element } from './figure/figure.js';

const PAUSE_MS = 2000;
let next: string | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

export function announce(text: string): void {
  next = text;
  if (timer !== undefined) return;
  // A little wait, so that a slider in motion says only where it stopped.
  timer = setTimeout(flush, 800);
}

function flush(): void {
  element('live').textContent = next!;
  next = undefined;
  timer = setTimeout(() => {
    timer = undefined;
    if (next !== undefined) flush();
  }, PAUSE_MS);
}
