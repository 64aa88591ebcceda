// torch.set_num_threads: where there may be threads (an isolated page) and where not (Node, a plain page).
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';
import { refuses } from './refuses.js';

/** Looks until `there` holds; a busy machine may take long to start a worker. */
async function until(there: () => boolean): Promise<void> {
  for (let looks = 400; looks > 0 && !there(); --looks) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(there()).toBe(true);
}

function sum(): number {
  torch.manual_seed(5);
  return torch.tidy(() => torch.randn(300, 300).exp().mean().item());
}

test('set_num_threads takes a positive integer', () => {
  for (const count of [0, -1, 1.5, NaN, Infinity]) {
    refuses(() => torch.set_num_threads(count), 'RuntimeError', 'set_num_threads expects a positive integer');
  }
});

test('threads leave and come back as asked, and no result depends on them', async () => {
  await torch.init();
  await until(() => !torch.info().reason.includes('not started yet'));
  const { threads, reason } = torch.info();
  expect(torch.get_num_threads()).toBe(threads);
  const expected = sum();

  torch.set_num_threads(1);
  expect(torch.get_num_threads()).toBe(1);
  expect(torch.info().reason).toBe(threads > 1 ? 'set_num_threads(1) asked for one' : reason);
  expect(sum()).toBe(expected);

  // No more than there are processors.
  torch.set_num_threads(1000);
  if (threads > 1) await until(() => torch.get_num_threads() > 1);
  expect(torch.get_num_threads()).toBeLessThanOrEqual(threads === 1 ? 1 : navigator.hardwareConcurrency);
  expect(sum()).toBe(expected);

  torch.set_num_threads(threads);
  await until(() => torch.get_num_threads() === threads);
  expect(torch.info().reason).toBe(reason);
});
