// ./run bench: the library beside its peers and the limits of the machine, in Node and in Chromium.
// Each result is checked before it is timed; the contestants of a task run in turns, round by round.

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { bundle, chromium, machine, node } from './hosts.mjs';
import { neededBytes, wrong } from './reference.mjs';
import { markdown, plain, summary, table } from './report.mjs';
import { tasks } from './tasks.mjs';

const { values: options } = parseArgs({
  options: {
    browser: { type: 'boolean' },
    node: { type: 'boolean' },
    peers: { type: 'boolean' },
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '7' },
    threads: { type: 'string', default: '2' },
    smoke: { type: 'boolean' },
    json: { type: 'boolean' },
    markdown: { type: 'boolean' },
  },
});
const rounds = Number(options.rounds);
const threads = Number(options.threads);
if (!(rounds >= 1)) throw new Error(`bench: --rounds must be at least 1, got ${options.rounds}`);
if (!(threads >= 2)) throw new Error(`bench: --threads must be at least 2, got ${options.threads}`);

/** V8 has compiled in this time what runs often. */
const kWarmMs = 150;
const kRoundMs = 30;

const chosen = tasks.filter(({ name }) => name.includes(options.only));
if (chosen.length === 0) throw new Error(`bench: no task has "${options.only}" in its name`);

let passed = 0;
const failures = [];
// Ctrl-C ends the run, and what has been measured is printed.
let stopped = false;
process.on('SIGINT', () => (stopped = true));

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else if (text) process.stderr.write(`${text}\n`);
}

/** Who takes part: an adapter, how it is opened, what is put behind its names, and which tasks it gets. */
function contestants(inPage) {
  const plainSimd = { options: { threads: 1, plainSimd: true }, suffix: ', plain SIMD', only: ['matmul'] };
  const list = [
    { adapter: 'ours', options: { threads: 1 }, ours: true },
    { adapter: 'limits', options: { threads: 1, limits: 'wasm-relaxed' }, ours: true },
    { adapter: 'ours', ...plainSimd, ours: true },
    { adapter: 'limits', ...plainSimd, options: { threads: 1, limits: 'wasm' }, ours: true },
  ];
  const peers = options.peers ? ['tfjs', 'onnxruntime', 'jax'] : [];
  for (const adapter of peers) list.push({ adapter, options: { threads: 1 } });
  // In Node the library runs one thread.
  if (inPage) {
    const many = { options: { threads }, suffix: ', threads' };
    for (const adapter of ['ours', ...peers]) list.push({ adapter, ...many, ours: adapter === 'ours' });
  }
  return list;
}

/** Sets a task up in one host; returns its runners whose results are right, under their full names. */
async function entered(place, task, { host, adapter, suffix = '', ours }) {
  const full = (name) => `${name}${suffix}`;
  const right = [];
  let names = [];
  try {
    names = await host.call('setup', task);
    for (const name of names) {
      const problem = wrong(task, name, await host.call('result', name));
      if (problem) throw new Error(`${name}: ${problem}`);
      right.push({ name, full: full(name), host, ours, times: [] });
      ++passed;
    }
  } catch (error) {
    failed(`${place.name}, ${task.name}, ${adapter}${suffix}`, error, ours);
  }
  return right;
}

function failed(where, error, ours) {
  if (stopped) return;
  const failure = `${where}: ${error.message.split('\n')[0]}`;
  if (ours) failures.push(failure);
  progress(`✗ ${failure}\n`);
}

/** What a step took at most, beside what it needs, in a host where nothing else was alive. */
async function remembered(place, task) {
  const times = {};
  try {
    const host = await place.host('ours', { threads: 1 });
    await host.call('setup', task);
    times.ours = await host.call('result', 'ours');
    times.needed = [neededBytes(task) / 1e6];
    await host.close();
    ++passed;
  } catch (error) {
    failed(`${place.name}, ${task.name}`, error, true);
  }
  return { task, times };
}

async function measured(place, task, hosts, label) {
  const fits = ({ only }) => !only || only.includes(task.kind);
  let all = [];
  for (const entry of hosts.filter(fits)) all.push(...(await entered(place, task, entry)));
  if (!options.smoke) {
    // Whoever breaks down is out; the others' times stand.
    const call = async (contestant, method, ms) => {
      try {
        return await contestant.host.call(method, contestant.name, ms);
      } catch (error) {
        failed(`${place.name}, ${task.name}, ${contestant.full}`, error, contestant.ours);
        all = all.filter((other) => other !== contestant);
      }
    };
    for (const contestant of [...all]) await call(contestant, 'warm', kWarmMs);
    for (let round = 0; round < rounds; ++round) {
      progress(`${label}: round ${round + 1} of ${rounds}`);
      // Everyone is first in some round.
      const order = all.map((_, i) => all[(i + round) % all.length]);
      for (const contestant of order) contestant.times.push(await call(contestant, 'time', kRoundMs));
    }
  }
  for (const { host } of hosts) await host.call('clear').catch(() => {});
  return { task, times: Object.fromEntries(all.map(({ full, times }) => [full, times])) };
}

async function run(place, inPage) {
  const hosts = [];
  for (const entry of contestants(inPage)) {
    const what = `${entry.adapter}${entry.suffix ?? ''}`;
    progress(`${place.name}: starting ${what}`);
    try {
      hosts.push({ ...entry, host: await place.host(entry.adapter, entry.options) });
    } catch (error) {
      if (entry.ours) throw error;
      progress(`✗ ${place.name}, ${what} does not start: ${error.message.split('\n')[0]}\n`);
    }
  }
  const results = [];
  for (const [i, task] of chosen.entries()) {
    if (stopped) break;
    const label = `${place.name}: ${i + 1} of ${chosen.length}, ${task.name}`;
    progress(label);
    results.push(task.kind === 'memory' ? await remembered(place, task) : await measured(place, task, hosts, label));
  }
  for (const { host } of hosts) await Promise.resolve(host.close()).catch(() => {});
  await place.close();
  progress('');
  return { name: place.name, results: results.filter(({ times }) => times.ours?.every(Number.isFinite)) };
}

await bundle(['ours', 'limits', ...(options.peers ? ['tfjs', 'onnxruntime', 'jax'] : [])]);
const environments = [];
if (!options.browser) environments.push(await run(node(), false));
if (!options.node && !stopped) environments.push(await run(await chromium(), true));

/** The table of one environment, and what its targets came to; a page marks in the table what was missed. */
function text({ name, results }, layout) {
  const { met, missed } = summary(results);
  const parts = [
    `${name}, ${machine()}, medians of ${rounds} rounds; threads: ${threads}`,
    layout(table(results)),
    `${met} targets met, ${missed.length} missed`,
  ];
  if (layout === plain) parts.push(missed.map((miss) => `- ${miss}`).join('\n'));
  return parts.join('\n\n');
}

/** Puts the tables into the README, where its two marks are. */
function paste() {
  const path = new URL('../../README.md', import.meta.url);
  const parts = readFileSync(path, 'utf8').split(/(?<=<!-- bench -->\n)|(?=<!-- \/bench -->)/);
  const tables = environments.map((each) => `${text(each, markdown)}\n\n`);
  writeFileSync(path, [parts[0], '\n', ...tables, parts.at(-1)].join(''));
}

if (options.json) {
  console.log(JSON.stringify({ machine: machine(), rounds, threads, environments, failures }));
} else if (!options.smoke) {
  for (const each of environments) console.log(`${text(each, plain)}\n`);
}
if (options.markdown) paste();
for (const failure of failures) console.error(`✗ ${failure}`);
if (options.smoke) console.log(`bench: ${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
