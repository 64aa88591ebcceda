// What an op leaves to JavaScript’s collector: its result’s handle. In Node alone, whose profiler counts it.
import { Session } from 'node:inspector';
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';

/** The bytes that a call of `f` allocates, once the engine has compiled it: the least of several rounds. */
function bytes(f) {
  const session = new Session();
  session.connect();
  const many = 4000;
  let least = Infinity;
  for (let round = 0; round < 8; ++round) {
    for (let i = 0; i < many; ++i) f();
    let sum = 0;
    const options = {
      samplingInterval: 512,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    };
    session.post('HeapProfiler.startSampling', options);
    for (let i = 0; i < many; ++i) f();
    session.post('HeapProfiler.stopSampling', (_error, { profile }) => {
      const waiting = [profile.head];
      for (let node = waiting.pop(); node; node = waiting.pop()) {
        sum += node.selfSize;
        waiting.push(...node.children);
      }
    });
    least = Math.min(least, sum / many);
  }
  session.disconnect();
  return least;
}

// A tensor as JavaScript sees it.
class Bare {
  scope = undefined;
  netted = false;
  shape = undefined;
  grad = null;
  constructor(handle) {
    this.handle = handle;
  }
}
let last;

test('an op on tensors leaves its handle and no more', () => {
  const bare = bytes(() => void (last = new Bare(1)));
  const x = torch.ones(1);
  const found = {
    add: bytes(() => torch.add(x, x).dispose()),
    'x.mul': bytes(() => x.mul(x).dispose()),
    'x.div of a number': bytes(() => x.div(2).dispose()),
    'x.selu': bytes(() => x.selu().dispose()),
  };
  expect(last).toBeDefined();
  for (const [op, got] of Object.entries(found)) expect(got, op).toBeLessThan(bare + 24);
});
