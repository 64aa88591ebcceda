// The numbers behind the charts, for reading and for screen readers.

import { number, signed } from '../format.js';
import type { Moments } from 'alphatorch/snn';

/** One row a layer, the input first. */
export function drawTable(
  body: HTMLTableSectionElement,
  measured: readonly Moments[],
  theory: readonly Moments[],
): void {
  const rows = measured.map((got, i) => {
    const want = theory[i]!;
    const row = document.createElement('tr');
    const head = document.createElement('th');
    head.scope = 'row';
    head.textContent = i === 0 ? 'input' : String(i);
    const texts = [signed(got.mean), signed(want.mean), number(got.variance), number(want.variance)];
    const cells = texts.map((text) => {
      const cell = document.createElement('td');
      cell.textContent = text;
      return cell;
    });
    row.append(head, ...cells);
    return row;
  });
  body.replaceChildren(...rows);
}
