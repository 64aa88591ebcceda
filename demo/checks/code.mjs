// 14 the code panel: examples against Node, syntax errors, endless loops; and under a strict policy.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { byId, expect, open, press, set, text, until } from './browser.mjs';
import { serve } from '../serve.mjs';

const folder = new URL('../src/code/examples/', import.meta.url);

const idle = (page) => until(page, () => !document.getElementById('code-output').hasAttribute('aria-busy'));

async function run(page, source) {
  if (source !== undefined) await set(page, 'code-editor', source);
  await press(page, 'code-run');
  await idle(page);
  return {
    output: await page.$eval('#code-output', (e) => e.textContent),
    problem: await text(page, '#code-problem'),
  };
}

/** What Node prints of an example: tensors as text, as the panel does. */
function inNode(name) {
  const source = readFileSync(new URL(name, folder), 'utf8');
  const plain = "const { log } = console; console.log = (...all) => log(all.map((v) => (typeof v === 'string' ? v : Array.isArray(v) ? JSON.stringify(v) : String(v))).join(' '));";
  const at = source.indexOf('\n', source.indexOf('import ')) + 1;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', source.slice(0, at) + plain + source.slice(at)],
    { cwd: fileURLToPath(new URL('..', import.meta.url)), encoding: 'utf8', timeout: 60_000 },
  );
  if (status !== 0) throw new Error(`${name} in Node: ${stderr}`);
  return stdout;
}

const kNumber = /-?\d+\.?\d*(?:e[+-]?\d+)?/g;

/** The same words, and numbers that differ by rounding only: the browser's build fuses products. */
function agree(ours, theirs) {
  if (ours.replace(kNumber, '#').replace(/\s+/g, ' ') !== theirs.replace(kNumber, '#').replace(/\s+/g, ' ')) return false;
  const [a, b] = [ours, theirs].map((t) => (t.match(kNumber) ?? []).map(Number));
  return a.every((value, i) => Math.abs(value - b[i]) <= 1e-3 * Math.max(0.1, Math.abs(b[i])));
}

export async function examples(browser, address) {
  const { page, trouble } = await open(browser, address);
  const names = readdirSync(folder).sort();
  for (const [i, name] of names.entries()) {
    await set(page, 'code-example', i);
    const { output, problem } = await run(page);
    expect(14, `${name} prints what Node prints`, problem === '' && agree(output, inNode(name)), problem || output.split('\n')[0]);
  }

  const before = await page.$eval('#code-output', (e) => e.textContent);
  const bad = await run(page, 'const a = 1;\nconst b = ;\nconsole.log(a);');
  expect(14, 'a syntax error names its line', bad.problem === 'Line 2: Unexpected token', bad.problem);
  expect(14, 'and keeps the old output', bad.output === before && before !== '');
  const thrown = await run(page, "console.log('so far');\n\ntorch.zeros(2, 3).matmul(torch.zeros(2, 3));");
  expect(14, 'an error at run time names its line, what was printed stays',
    /^Line 3: .*mat1 and mat2 shapes cannot be multiplied/.test(thrown.problem) && thrown.output === 'so far\n', thrown.problem);
  const warned = await run(page, 'torch.nn.functional.mse_loss(torch.ones(2), torch.ones(2, 1));');
  expect(14, 'what PyTorch warns of is printed', warned.output.startsWith('UserWarning: Using a target size'), warned.output.slice(0, 80));
  const foreign = await run(page, "\nimport fs from 'node:fs';\nimport * as x from 'elsewhere';");
  expect(14, 'another import is refused', foreign.problem.startsWith("Line 3: only 'alphatorch' can be imported"), foreign.problem);

  await set(page, 'code-editor', "console.log('before');\nwhile (true) {}");
  const start = performance.now();
  await page.focus(byId('code-editor'));
  await page.keyboard.down('Control');
  await page.keyboard.press('Enter');
  await page.keyboard.up('Control');
  await until(page, () => document.getElementById('code-output').textContent === 'before\n');
  // The page answers while the program runs in circles.
  const asked = performance.now();
  await page.evaluate(() => document.title);
  const answered = performance.now() - asked;
  await idle(page);
  const stopped = await text(page, '#code-problem');
  expect(14, 'an endless loop, started by Ctrl + Enter, is stopped', stopped === 'Stopped after 5 seconds.', `after ${((performance.now() - start) / 1000).toFixed(1)} s`);
  expect(14, 'the page answers meanwhile', answered < 2500, `${answered.toFixed(0)} ms`);
  const again = await run(page, 'console.log(await Promise.resolve(torch.ones(2)));');
  expect(14, 'and the next program runs', again.output === 'tensor([1., 1.])\n', again.output.trim());
  const flood = await run(page, 'for (let i = 0; i < 3000; ++i) console.log(i);');
  expect(14, 'endless printing is cut', flood.output.split('\n').length === 1002, `${flood.output.split('\n').length} lines`);
  await page.close();
  return trouble;
}

/** What the whole page needs: its own files, blob: for workers and programs, WebAssembly; no eval. */
const kPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' blob: SCRIPT; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'";

export async function policy(browser) {
  const { server, address } = await serve({ policy: kPolicy });
  const { page, trouble } = await open(browser, address);
  await set(page, 'code-example', 0);
  const { output, problem } = await run(page, 'console.log(torch.arange(3));');
  expect(14, 'the code runs under a policy without eval', output === 'tensor([0, 1, 2])\n' && problem === '', problem || output.trim());
  const { problem: refused } = await run(page, "eval('1')");
  expect(14, 'and eval is indeed refused there', /EvalError/.test(refused), refused);
  await page.close();
  server.close();
  return trouble.filter((line) => !/eval/i.test(line));
}

/** The script of the copy buttons, for other checks. */
export async function python(browser, address) {
  const { page, trouble } = await open(browser, address);
  for (const name of ['one', 'network']) {
    await press(page, `python-${name}`);
    const script = await text(page, byId('python-script'));
    expect(14, `“copy as PyTorch”, ${name}: a script of this page’s state`, /^# #v=1&.*\nimport torch\n/.test(script), `${script.length} characters`);
  }
  await page.close();
  return trouble;
}

/** In Firefox: an example runs, a syntax error has its line, a loop is stopped. */
export async function essential(browser, address) {
  const { page, trouble } = await open(browser, address);
  const good = await run(page, 'torch.manual_seed(0);\nconsole.log(torch.randn(2, 3));');
  expect(14, 'Firefox: a program prints PyTorch’s numbers', good.output.includes('1.5410, -0.2934, -2.1788'), good.output.split('\n')[0]);
  const bad = await run(page, 'let a;\nlet a;');
  expect(14, 'Firefox: a syntax error names its line', bad.problem.startsWith('Line 2: '), bad.problem);
  const loop = await run(page, 'while (true) {}');
  expect(14, 'Firefox: an endless loop is stopped', loop.problem === 'Stopped after 5 seconds.', loop.problem);
  await page.close();
  return trouble;
}
