// The README's way to PyTorch and back, as it stands and in its order.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const [section] = /^## Move weights$.*?(?=^## )/ms.exec(readme);
const blocks = [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, code]) => [language, code]);

test('the blocks of the README move weights to PyTorch and back', () => {
  expect(blocks.map(([language]) => language)).toEqual(['js', 'python', 'js']);
  const folder = mkdtempSync(join(tmpdir(), 'alphatorch-'));
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
  try {
    const printed = blocks.map(([language, code]) => {
      const [program, ...args] =
        language === 'js'
          ? [process.execPath, '--input-type=module', '-e', code]
          : ['/usr/bin/python3', '-W', 'ignore', '-c', code];
      const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8', timeout: 60_000 });
      expect(stderr).toBe('');
      expect(status).toBe(0);
      return stdout.trim();
    });
    expect(printed).toEqual(['', '', 'true']);
    expect(readdirSync(folder).sort()).toEqual(['node_modules', 'page.npz', 'page.onnx', 'page.pt', 'python.pt']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
