// The npm package from the outside, in processes of their own: both module systems, both builds, types.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const tests = fileURLToPath(new URL('..', import.meta.url));

/** Runs `script` with the package as `torch`; what it returns, after the process has ended by itself. */
function run(script, { flags = [], how = "import('alphatorch')", first = '' } = {}) {
  const code = `${first}; Promise.resolve(${how}).then(async (torch) => {
    console.log(JSON.stringify(await (async () => { ${script} })()));
  });`;
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [...flags, '-e', code], {
    cwd: tests,
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (error || status !== 0) throw new Error(stderr.slice(-1000) || String(error ?? status));
  return JSON.parse(stdout);
}

const kCompute = `
  torch.manual_seed(3);
  const y = torch.nn.functional.alpha_dropout(torch.selu(torch.randn(1000)), 0.2, true);
  return { bits: [...new Uint32Array(y.exp().toArray().buffer)], build: torch.info().build };`;

describe('both module systems', () => {
  test('have the same names', () => {
    const names = 'return Object.keys(torch).sort()';
    const required = run(names, { how: "require('alphatorch')" });
    expect(required.length).toBeGreaterThan(100);
    expect(run(names)).toEqual(required);
  });

  test('compile in TypeScript, declarations included', () => {
    const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
    const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', 'package/consumers'], {
      cwd: tests,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});

test('a tensor of another copy of the library is called so', () => {
  const script = `
    const other = require('alphatorch');
    const refusals = [() => torch.ones(1).add(other.ones(1)), () => new torch.optim.SGD([other.ones(1)])];
    return refusals.map((f) => { try { f(); } catch (error) { return error.message; } });`;
  expect(run(script)).toEqual([
    "add(): argument 'other' (position 2) must be Tensor or number, not Tensor of another copy of alphatorch",
    'optimizer can only optimize Tensors, but one of the params is Tensor of another copy of alphatorch',
  ]);
});

// Node prints the line that threw, however long it is.
test.each([
  ['an op', 'torch.ones(2).matmul(torch.ones(3, 3))', 'cannot be multiplied'],
  ['an argument', "torch.softmax('x', 0)", 'must be Tensor, not string'],
  ['a released tensor', 'const x = torch.ones(2); x.dispose(); x.add(1)', 'dispose'],
  ['a part', "require('alphatorch/onnx').export(new torch.nn.Identity(), 1)", 'must be a Tensor'],
])('an uncaught error of %s is a screenful', (_, script, message) => {
  const code = `const torch = require('alphatorch'); ${script}`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', code], { cwd: tests, encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain(message);
  expect(stderr.length).toBeLessThan(3000);
});

describe.each([
  ['onnx', 'return [...onnx.export(new torch.nn.SELU(), torch.ones(2))].length', (length) => length > 100],
  [
    'snn',
    `torch.manual_seed(0);
     const model = new torch.nn.Sequential(new torch.nn.Linear(8, 8), new torch.nn.SELU());
     return [snn.make_self_normalizing(model), snn.trace(model, torch.randn(4, 8)).layers, Object.keys(snn).sort()]`,
    ([findings, layers, names]) => findings.length === 0 && layers.length === 2 && names.length > 20,
  ],
])('alphatorch/%s', (part, script, right) => {
  test('is the same by import, by require and by script tag, and uses the one library there is', () => {
    const required = run(`const ${part} = require('alphatorch/${part}'); ${script}`, { how: "require('alphatorch')" });
    const imported = run(`const ${part} = await import('alphatorch/${part}'); ${script}`);
    const tag = run(`const { ${part} } = torch; ${script}`, {
      first: `const { readFileSync } = require('node:fs');
        for (const name of ['torch', '${part}']) {
          require('node:vm').runInThisContext(readFileSync(require.resolve('alphatorch/dist/' + name + '.js'), 'utf8'));
        }`,
      how: 'globalThis.torch',
    });
    expect(required).toSatisfy(right);
    expect([imported, tag]).toEqual([required, required]);
  });
});

test('a file that was damaged or cut on its way is refused in one sentence, or by the parser', () => {
  const text = readFileSync(require.resolve('alphatorch/dist/torch.js'), 'utf8');
  const start = /"[A-Za-z0-9+/=]{100000,}"/.exec(text).index + 1;
  const outcome = (script) => {
    try {
      runInNewContext(script, { WebAssembly, TextDecoder, atob });
      return 'started';
    } catch (error) {
      return error.message;
    }
  };
  const damaged = 'alphatorch: the file of the library is damaged; load it again';
  // Most of the stream gone: it ends before all bytes are there.
  expect(outcome(text.slice(0, start) + text.slice(start + 40_000))).toContain(damaged);
  expect(outcome(text.slice(0, text.length >> 1))).toMatch(/Invalid or unexpected token/);
  // A bit that turned over makes other bytes, which no engine takes for a module.
  const turned = (at) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
  for (const at of [1000, 50_000, 100_000]) {
    expect(outcome(turned(start + at)), `at ${at}`).toContain(damaged);
  }
});

test('the builds with and without relaxed SIMD give the same bits', () => {
  // Node 20 asks for a flag; later versions have relaxed SIMD on and know no flag.
  const flag = '--experimental-wasm-relaxed-simd';
  const needed = spawnSync(process.execPath, [flag, '-e', '0']).status === 0;
  const relaxed = run(kCompute, { flags: needed ? [flag] : [] });
  expect(relaxed.build).toBe('relaxed');

  // An engine without it: every module with the relaxed instruction is refused.
  const plain = run(kCompute, {
    first: `const { validate } = WebAssembly;
      WebAssembly.validate = (bytes) => validate(bytes) && !Buffer.from(bytes).includes('fd8502', 'hex')`,
  });
  expect(plain.build).toBe('simd');
  expect(plain.bits).toEqual(relaxed.bits);
});

test('nothing is compiled from text: a policy without unsafe-eval is enough', () => {
  const flags = ['--disallow-code-generation-from-strings'];
  expect(run('return torch.ones(3).add(1).tolist()', { flags })).toEqual([2, 2, 2]);
});

test('importing costs nothing; the first use says what is missing', () => {
  const message = run(
    'try { torch.ones(1); return "none" } catch (e) { return [e.name, e.message] }',
    { first: 'globalThis.WebAssembly = undefined' },
  );
  expect(message).toEqual([
    'RuntimeError',
    'alphatorch needs WebAssembly, which this engine does not have or allow',
  ]);
});

test('where large shared memory is refused, less is enough', () => {
  const first = `const { Memory } = WebAssembly;
    globalThis.asked = [];
    WebAssembly.Memory = function (limits) {
      asked.push(limits.maximum / 16);
      if (limits.maximum > 256 * 16) throw new RangeError('could not allocate memory');
      return new Memory(limits);
    };
    WebAssembly.Memory.prototype = Memory.prototype`;
  const script = `
    const values = torch.ones(3).tolist();
    try { torch.empty(1e8); } catch (e) { return { asked, values, error: e.message }; }`;
  expect(run(script, { first })).toEqual({
    asked: [4096, 2048, 1024, 512, 256],
    values: [1, 1, 1],
    error: "DefaultCPUAllocator: can't allocate memory: you tried to allocate 400000000 bytes.",
  });
});

test('info and init tell version, build, threads and why there are none', () => {
  const [info, after] = run('return [torch.info(), await torch.init()]');
  expect(info.version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(after.threads).toBe(1);
  expect(after.reason).toContain('Node');
});
