// The tables: one line a task, each ratio with its target and a mark beside it.

import { judge, median } from './ratios.mjs';

const kLimits = ['× hand', '× copy', '× contiguous', '× needed'];
/** Heading, the ratios in a cell, and how they are written. */
const columns = [
  ['of peak', ['of peak'], percent],
  ['of peak, plain SIMD', ['of peak, plain SIMD'], percent],
  ['× limit', kLimits],
  ['threads', ['threads']],
  ['× tfjs', ['tfjs', 'tfjs, threads']],
  ['× onnxruntime', ['onnxruntime', 'onnxruntime, threads']],
  ['× jax-js', ['jax-js', 'jax-js, threads']],
];

function percent(value) {
  return `${Math.round(100 * value)} %`;
}

/** Three digits that count: 0.0123, 1.23, 12.3, 123. */
export function digits(value) {
  if (value >= 100 || value === 0) return value.toFixed(0);
  return value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(value))));
}

function cell(names, judged, show = digits) {
  const parts = names.filter((name) => judged[name]).map((name) => {
    const { value, sense, bound, met } = judged[name];
    const what = kLimits.includes(name) ? `${name.slice(2)} ` : name.endsWith(', threads') ? 'threads ' : '';
    const target = bound === undefined ? '' : ` (${sense} ${show === percent ? show(bound) : bound} ${met ? '✓' : '✗'})`;
    return `${what}${show(value)}${target}`;
  });
  return parts.join(', ');
}

/** The lines of the table as arrays of cells, the first line the heading. */
export function table(results) {
  const lines = results.map(({ task, times }) => {
    const judged = judge(task, times);
    const unit = task.kind === 'memory' ? ' MB' : '';
    const { ms } = judged;
    const own = `${digits(median(times.ours))}${unit}${ms ? ` (≤ ${ms.bound} ${ms.met ? '✓' : '✗'})` : ''}`;
    return [task.name, own, ...columns.map(([, names, show]) => cell(names, judged, show))];
  });
  const heading = ['task', 'ms', ...columns.map(([name]) => name)];
  const used = heading.map((_, i) => i === 0 || lines.some((line) => line[i] !== ''));
  return [heading, ...lines].map((line) => line.filter((_, i) => used[i]));
}

/** How many targets were measured and met, and the names of those that were not. */
export function summary(results) {
  let met = 0;
  const missed = [];
  for (const { task, times } of results) {
    for (const [name, target] of Object.entries(judge(task, times))) {
      if (target.met) ++met;
      else if (target.met === false) {
        missed.push(`${task.name}: ${name} ${digits(target.value)}, wanted ${target.sense} ${target.bound}`);
      }
    }
  }
  return { met, missed };
}

const width = (text) => [...text].length;

export function plain(lines) {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => width(line[i]))));
  const row = (line) => line.map((text, i) => text + ' '.repeat(widths[i] - width(text))).join('  ');
  return lines.map((line) => row(line).trimEnd()).join('\n');
}

export function markdown([heading, ...lines]) {
  const row = (line) => `| ${line.join(' | ')} |`;
  const bar = heading.map((_, i) => (i === 0 ? '---' : '---:'));
  return [row(heading), row(bar), ...lines.map(row)].join('\n');
}
