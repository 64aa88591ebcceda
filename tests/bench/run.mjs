// Times the library in Node, in interleaved rounds, beside a copy of the same bytes; prints medians.
//
//   ./run bench [--rounds N] [--only NAME] [--json]

import * as torch from 'alphatorch';
import { tasks } from './tasks.mjs';

const option = (name, otherwise) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? otherwise : process.argv[i + 1];
};
const rounds = Number(option('rounds', 7));
const only = option('only', '');
const json = process.argv.includes('--json');
/** A round repeats a task for this long, so that the clock's steps do not matter. */
const kRoundMs = 40;

const source = new Uint8Array(4 << 20).fill(1);
const target = new Uint8Array(4 << 20);
const copy = { name: 'copy 4 MB', run: () => target.set(source), times: [] };
const chosen = tasks(torch).filter(({ name }) => name.includes(only));
const all = [copy, ...chosen].map((task) => ({ ...task, times: [] }));

function time(run) {
  run();
  let count = 0;
  const start = performance.now();
  let now = start;
  while (now - start < kRoundMs) {
    run();
    ++count;
    now = performance.now();
  }
  return (now - start) / count;
}

for (let round = 0; round < rounds; ++round) {
  if (!json) process.stderr.write(`\rround ${round + 1} of ${rounds}`);
  for (const task of all) task.times.push(time(task.run));
}
if (!json) process.stderr.write('\r\x1b[K');

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const copied = median(all[0].times);
const results = all.map(({ name, times, flops, bytes }) => {
  const ms = median(times);
  return {
    name,
    ms,
    gflops: flops ? flops / ms / 1e6 : undefined,
    copies: bytes ? ms / copied : undefined,
  };
});
if (json) {
  console.log(JSON.stringify({ info: torch.info(), node: process.version, results }));
} else {
  const { version, build, threads } = torch.info();
  console.log(`alphatorch ${version}, ${build}, ${threads} thread, Node ${process.version}`);
  console.log('task                     ms   GFLOP/s   × copy of the same bytes');
  for (const { name, ms, gflops, copies } of results) {
    const cell = (value, width) => (value === undefined ? '' : value.toFixed(2)).padStart(width);
    console.log(`${name.padEnd(20)} ${ms.toFixed(4).padStart(8)} ${cell(gflops, 8)} ${cell(copies, 8)}`);
  }
}
