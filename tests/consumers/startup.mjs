// How long a page waits from the first byte of the script to the first result, beside what the browser
// needs to compile a WebAssembly module of the same size that does nothing. Printed, never judged.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpacked } from './pack.mjs';

const kRounds = 5;

const leb = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >> 7)]);

/** One function of `size` instructions that do nothing. */
function emptyModule(size) {
  const body = Buffer.concat([Buffer.from([0]), Buffer.alloc(size, 1), Buffer.from([11])]);
  const code = Buffer.concat([Buffer.from([1, ...leb(body.length)]), body]);
  const before = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, ...leb(code.length)];
  return Buffer.concat([Buffer.from(before), code]);
}

/** `{ ms, empty }`: medians over fresh pages of `address`, which loads nothing. */
export async function startup(browser, address) {
  const text = readFileSync(join(unpacked, 'dist/torch.js'), 'utf8');
  const size = Number(/relaxed:(\d+),simd:\d+/.exec(text)[1]); // of the two binaries inside
  const empty = emptyModule(size).toString('base64');
  if (!WebAssembly.validate(Buffer.from(empty, 'base64'))) throw new Error('the empty module is none');
  const rounds = [];
  for (let round = 0; round < kRounds; ++round) {
    const page = await browser.newPage();
    await page.goto(address);
    rounds.push(
      await page.evaluate(
        (text, empty) => {
          const script = document.createElement('script');
          script.textContent = text;
          const start = performance.now();
          document.head.append(script);
          torch.ones(3).add(1).tolist();
          const ms = performance.now() - start;
          const bytes = Uint8Array.from(atob(empty), (c) => c.charCodeAt(0));
          const begun = performance.now();
          new WebAssembly.Instance(new WebAssembly.Module(bytes));
          return { ms, empty: performance.now() - begun };
        },
        text,
        empty,
      ),
    );
    await page.close();
  }
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  return { ms: median(rounds.map(({ ms }) => ms)), empty: median(rounds.map((r) => r.empty)) };
}
