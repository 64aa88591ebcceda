// The lanes in numbers, and mean and variance behind each of their layers.

import { number, percent, signed } from '../../format.js';
import { lanes, type Standing } from '../messages.js';

const cell = (text: string, kind: 'td' | 'th' = 'td'): HTMLElement => {
  const element = document.createElement(kind);
  if (element instanceof HTMLTableCellElement && kind === 'th') element.scope = 'row';
  element.textContent = text;
  return element;
};

const row = (...cells: HTMLElement[]): HTMLTableRowElement => {
  const element = document.createElement('tr');
  element.append(...cells);
  return element;
};

/** One row a lane: its loss, and how much of the test set it answers rightly. */
export function drawStandings(
  body: HTMLTableSectionElement,
  losses: readonly number[] | undefined,
  standings: readonly Standing[] | undefined,
): void {
  body.replaceChildren(
    ...lanes.map((lane, i) => {
      const head = cell(lane.name, 'th');
      head.dataset['lane'] = lane.id;
      const accuracy = standings?.[i]?.accuracy;
      return row(
        head,
        cell(losses ? number(losses[i]!, 3) : '–'),
        cell(accuracy === undefined ? '–' : percent(accuracy)),
      );
    }),
  );
}

/** One row a layer, two cells a lane. */
export function drawMoments(body: HTMLTableSectionElement, standings: readonly Standing[] | undefined): void {
  const depth = standings?.[0]?.moments.length ?? 0;
  const rows = Array.from({ length: depth }, (_, layer) =>
    row(
      cell(String(layer + 1), 'th'),
      ...standings!.flatMap(({ moments }) => {
        const { mean, variance } = moments[layer]!;
        return [cell(signed(mean, 2)), cell(number(variance, 2))];
      }),
    ),
  );
  body.replaceChildren(...rows);
}
