// What can go wrong on a page, each caused: it ends in a working library that says what it lacks, or in
// one error that says what to do.

import { readFileSync } from 'node:fs';

const dist = new URL('../../web/dist/', import.meta.url);
const library = readFileSync(new URL('torch.js', dist), 'utf8');
// In the middle of the longest text, which is the packed binary.
const middle = Math.floor(library.length / 2);
const damaged = library.slice(0, middle) + 'AAAAAAAA' + library.slice(middle + 8);

const works = ({ values }) => (String(values) === '2,2,2' ? '' : `no result: ${JSON.stringify(values)}`);
const alone = (reason) => (outcome) =>
  works(outcome) ||
  (outcome.info.threads === 1 && outcome.info.reason.includes(reason) ? '' : JSON.stringify(outcome.info));
/** The same error uncaught from the tag, and from the first use. */
const refuses = (...words) => ({ name, message }, errors) =>
  name === 'RuntimeError' && words.every((word) => message.includes(word)) && errors.some((e) => e.includes(message))
    ? ''
    : JSON.stringify([name, message, errors]);
const absent = ({ message }, errors) =>
  /torch/.test(message) && errors.length > 0 ? '' : JSON.stringify([message, errors]);

const onMemory = (granted) => `
  const { Memory } = WebAssembly;
  WebAssembly.Memory = function (limits) {
    if (!(${granted})) throw new RangeError('could not allocate memory');
    return new Memory(limits);
  };
  WebAssembly.Memory.prototype = Memory.prototype;`;
const onValidate = (accepted) => `
  const { validate } = WebAssembly;
  WebAssembly.validate = (bytes) => validate(bytes) && ${accepted};`;
const silentWorker = (silenced) => `
  const Real = Worker;
  globalThis.Worker = function (url, options) {
    return ${silenced} ? { postMessage() {}, terminate() {} } : new Real(url, options);
  };`;

/** `before` runs before the library's tag; `file` stands in for torch.js; `check` returns what is wrong. */
export const failures = {
  'an engine without SIMD': {
    before: onValidate('false'),
    check: refuses('WebAssembly SIMD', 'Chrome 95', 'Firefox 100', 'Safari 16.4'),
  },
  'an engine without relaxed SIMD': {
    before: onValidate("!String(bytes).includes('253,133,2')"),
    check: (outcome) => works(outcome) || (outcome.info.build === 'simd' ? '' : outcome.info.build),
  },
  'no WebAssembly': { before: 'delete globalThis.WebAssembly;', check: refuses('needs WebAssembly') },
  'a policy that forbids WebAssembly': { kind: 'csp without wasm', check: refuses("'wasm-unsafe-eval'", 'script-src') },
  'large memory refused': { before: onMemory('limits.maximum <= 4096'), check: works },
  'all memory refused': { before: onMemory('false'), check: refuses('16 MB', 'could not allocate memory') },
  'a binary damaged on its way': { file: { body: damaged }, check: refuses('the file of the library is damaged') },
  'a file cut short': { file: { body: library.slice(0, middle) }, check: absent },
  'a file of the wrong type': { file: { body: library, type: 'text/html' }, check: absent },
  'no worker ever starts': {
    kind: 'isolated',
    before: silentWorker('true'),
    check: alone('the worker threads have not started yet'),
  },
  'no thread ever starts': {
    kind: 'isolated',
    before: silentWorker("options?.name === 'em-pthread'"),
    check: alone('the worker threads have not started yet'),
  },
};

/** Runs in the page, on the line after the tag. */
export const told = `
globalThis.outcome = (async () => {
  try {
    return { values: torch.ones(3).add(1).tolist(), info: await torch.init() };
  } catch ({ name, message }) {
    return { name, message };
  }
})();`;
