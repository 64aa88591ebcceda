// A visitor's table: numbers in columns, a class in the last or in one that says so.

import Papa from 'papaparse';

export interface Table {
  readonly features: readonly string[];
  readonly classes: readonly string[];
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly number[];
  /** What was left out, and why: one sentence a line of the file. */
  readonly rejected: readonly string[];
}

const kClassNames = ['label', 'target', 'class'];

/** Reads a CSV. Throws an Error with a sentence where there is nothing to learn from. */
export function parseTable(text: string): Table {
  const { data } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), { skipEmptyLines: false });
  let next = 1;
  const lines = data
    .map((cells) => {
      const line = next;
      // A quoted cell may run over several lines.
      next += 1 + cells.join('').split('\n').length - 1;
      return { cells: cells.map((cell) => cell.trim()), line };
    })
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  if (lines.length === 0) throw new Error('the file is empty');
  const first = lines[0]!.cells;
  const width = first.length;
  if (width < 2) throw new Error('a table needs at least one column of numbers and one of classes');
  const isNumber = (cell: string): boolean => cell !== '' && Number.isFinite(Number(cell));
  // A first row without a number is one of names.
  const hasNames = !first.slice(0, -1).some(isNumber);
  const names = hasNames ? first : first.map((_, i) => `column ${i + 1}`);
  const named = names.findIndex((name) => kClassNames.includes(name.toLowerCase()));
  const target = named >= 0 ? named : width - 1;

  const classes = new Map<string, number>();
  const rows: number[][] = [];
  const labels: number[] = [];
  const rejected: string[] = [];
  for (const { cells, line } of lines.slice(hasNames ? 1 : 0)) {
    if (cells.length !== width) {
      rejected.push(`line ${line}: ${cells.length} cells instead of ${width}`);
      continue;
    }
    const bad = cells.findIndex((cell, i) => i !== target && !isNumber(cell));
    if (bad >= 0) {
      rejected.push(`line ${line}: “${cells[bad]!}” under ${names[bad]!} is no number`);
      continue;
    }
    const name = cells[target]!;
    if (name === '') {
      rejected.push(`line ${line}: no class`);
      continue;
    }
    if (!classes.has(name)) classes.set(name, classes.size);
    labels.push(classes.get(name)!);
    rows.push(cells.filter((_, i) => i !== target).map(Number));
  }
  if (rows.length < 10) throw new Error(`only ${rows.length} rows can be used; ${rejected.slice(0, 3).join('; ')}`);
  if (classes.size < 2) throw new Error('all rows are of one class');
  return { features: names.filter((_, i) => i !== target), classes: [...classes.keys()], rows, labels, rejected };
}
