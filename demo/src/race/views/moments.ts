// Mean and variance behind each hidden layer of each lane, as a table.

import { number, signed } from '../../format.js';
import type { Moments } from '../messages.js';

/** One row a layer, two cells a lane; a lane without numbers leaves its cells empty. */
export function drawMoments(body: HTMLTableSectionElement, all: readonly (readonly Moments[])[]): void {
  const depth = Math.max(...all.map((moments) => moments.length));
  const cell = (text: string): HTMLElement => Object.assign(document.createElement('td'), { textContent: text });
  const rows = Array.from({ length: depth }, (_, layer) => {
    const row = document.createElement('tr');
    row.append(Object.assign(document.createElement('th'), { scope: 'row', textContent: String(layer + 1) }));
    for (const moments of all) {
      const at = moments[layer];
      row.append(cell(at ? signed(at.mean, 2) : ''), cell(at ? number(at.variance, 2) : ''));
    }
    return row;
  });
  body.replaceChildren(...rows);
}
