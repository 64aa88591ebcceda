// Schedules against PyTorch's rates over 40 steps, their state, warnings and refusals.
import * as torch from 'alphatorch';
import { afterEach, expect, test } from 'vitest';
import fixtures from '../fixtures/optim.json';
import { refuses } from './refuses.js';

const { lr_scheduler: schedulers, SGD, Adam } = torch.optim;
type Optimizer = torch.optim.Optimizer;
type Scheduler = torch.optim.lr_scheduler.LRScheduler;
type Make = new (optimizer: Optimizer, ...args: any[]) => Scheduler;
const of = (name: string) => (schedulers as Record<string, any>)[name] as Make;

afterEach(() => torch.onwarning(null));

function optimizer(): Optimizer {
  const [a, b] = [0, 1].map(() => new torch.nn.Parameter(torch.zeros(1)));
  return new SGD([{ params: [a!] }, { params: [b!], lr: 0.02 }], { lr: 0.1, momentum: 0.9 });
}

/** The schedule of a fixture: those made of others or of functions are written out. */
function schedule(name: string, options: object, opt: Optimizer): Scheduler {
  switch (name) {
    case 'LambdaLR':
      return new schedulers.LambdaLR(opt, (n) => 0.95 ** n);
    case 'MultiplicativeLR':
      return new schedulers.MultiplicativeLR(opt, (n) => (n % 3 ? 0.9 : 1.1));
    case 'SequentialLR':
      return new schedulers.SequentialLR(
        opt,
        [
          new schedulers.ConstantLR(opt, 0.1, 5),
          new schedulers.ExponentialLR(opt, 0.9),
          new schedulers.StepLR(opt, 4, 0.5),
        ],
        [6, 20],
      );
    case 'ChainedScheduler':
      return new schedulers.ChainedScheduler([
        new schedulers.LinearLR(opt, 0.2, 1, 8),
        new schedulers.ExponentialLR(opt, 0.95),
      ]);
    default:
      return new (of(name))(opt, options);
  }
}

type Case = { name: string; options: object; lr: number[][]; momentum?: number[][] };
const cases = (fixtures.schedulers as Case[]).map(
  (c) => [`${c.name} ${JSON.stringify(c.options)}`, c] as const,
);

// cos and pow of JavaScript engines differ from C's in the last bit, and CosineAnnealingLR hands
// that on from step to step.
const close = (a: number, b: number) => Math.abs(a - b) <= 1e-12 * Math.max(1e-3, Math.abs(b));

function follow(scheduler: Scheduler, opt: Optimizer, expected: Case, from: number, to: number) {
  const metrics = scheduler instanceof schedulers.ReduceLROnPlateau ? fixtures.metrics : [];
  for (let i = from; i <= to; ++i) {
    if (i > 0) {
      opt.step();
      scheduler.step(metrics[i - 1]);
    }
    opt.param_groups.forEach((group, g) => {
      const [lr, momentum] = [expected.lr[i]![g]!, expected.momentum?.[i]![g] ?? 0.9];
      expect(close(group.lr, lr), `step ${i}: ${group.lr}, expected ${lr}`).toBe(true);
      expect(close(group.momentum, momentum), `momentum at step ${i}`).toBe(true);
    });
    expect(scheduler.get_last_lr()).toEqual(opt.param_groups.map((group) => group.lr));
  }
}

test.each(cases)('%s: the rates of 40 steps', (_, expected) => {
  const opt = optimizer();
  follow(schedule(expected.name, expected.options, opt), opt, expected, 0, 40);
});

test.each(cases)('%s: resumes from its state, through JSON', (_, expected) => {
  const opt = optimizer();
  const scheduler = schedule(expected.name, expected.options, opt);
  follow(scheduler, opt, expected, 0, 13);
  const [saved, groups] = JSON.parse(JSON.stringify([scheduler.state_dict(), opt.state_dict()]));
  expect(saved).not.toHaveProperty('optimizer');
  const other = optimizer();
  const resumed = schedule(expected.name, expected.options, other);
  other.load_state_dict({ ...groups, state: {} });
  resumed.load_state_dict(saved);
  follow(resumed, other, expected, 14, 40);
});

test.each([
  ['StepLR', [7, 0.5]],
  ['MultiStepLR', [[3, 8, 8, 20], 0.3]],
  ['ConstantLR', [0.25, 6]],
  ['LinearLR', [0.1, 0.9, 11]],
  ['ExponentialLR', [0.93]],
  ['PolynomialLR', [25, 1.7]],
  ['CosineAnnealingLR', [12, 0.001]],
  ['CosineAnnealingWarmRestarts', [5, 2, 0.001]],
])('%s by position; step(epoch) jumps there', (name, args) => {
  const expected = (fixtures.schedulers as Case[]).find((c) => c.name === name)!;
  const opt = optimizer();
  const scheduler = new (of(name))(opt, ...args);
  follow(scheduler, opt, expected, 0, 4);
  for (const epoch of [9, 17, 2]) {
    scheduler.step(epoch);
    expect(scheduler.last_epoch).toBe(epoch);
    const off = opt.param_groups[0]!.lr / expected.lr[epoch]![0]! - 1;
    // The form that goes from step to step gathers rounding, the closed one does not.
    if (name !== 'CosineAnnealingLR' || epoch <= 12) expect(Math.abs(off)).toBeLessThan(1e-9);
  }
});

test('CosineAnnealingWarmRestarts takes fractions of an epoch', () => {
  const opt = optimizer();
  const scheduler = new schedulers.CosineAnnealingWarmRestarts(opt, 4);
  scheduler.step(1.5);
  expect(opt.param_groups[0]!.lr).toBeCloseTo((0.1 * (1 + Math.cos((Math.PI * 1.5) / 4))) / 2, 12);
  expect(scheduler.last_epoch).toBe(1);
  refuses(() => scheduler.step(-1), 'ValueError', 'Expected non-negative epoch, but got -1');
});

test('OneCycleLR and CyclicLR move beta1 where there is no momentum', () => {
  const w = new torch.nn.Parameter(torch.zeros(1));
  for (const make of [
    (opt: Optimizer) => new schedulers.OneCycleLR(opt, 0.1, 10),
    (opt: Optimizer) => new schedulers.CyclicLR(opt, 0.01, 0.1, 3, { max_momentum: 0.95 }),
  ]) {
    const opt = new Adam([w]);
    const scheduler = make(opt);
    expect(opt.param_groups[0]!.betas).toEqual([0.95, 0.999]);
    opt.step();
    scheduler.step();
    expect(opt.param_groups[0]!.betas[0]).toBeLessThan(0.95);
  }
});

test('a scale_fn of one’s own', () => {
  const opt = optimizer();
  const scale_fn = (x: number) => 1 / x;
  const scheduler = new schedulers.CyclicLR(opt, 0, 1, 1, { scale_fn, cycle_momentum: false });
  const seen = [0, 1, 2, 3, 4, 5].map(() => {
    scheduler.step();
    return opt.param_groups[0]!.lr;
  });
  expect(seen).toEqual([1, 0, 0.5, 0, 1 / 3, 0]);
});

test('an own scheduler', () => {
  class Halved extends schedulers.LRScheduler {
    constructor(opt: Optimizer) {
      super(opt);
      this.start();
    }
    override get_lr() {
      return this.base_lrs.map((lr) => lr / 2);
    }
  }
  const opt = optimizer();
  new Halved(opt);
  expect(opt.param_groups.map((group) => group.lr)).toEqual([0.05, 0.01]);
});

test('resuming with last_epoch needs initial_lr', () => {
  refuses(
    () => new schedulers.StepLR(optimizer(), 3, 0.1, 5),
    'KeyError',
    "param 'initial_lr' is not specified in param_groups[0] when resuming an optimizer",
  );
  const opt = optimizer();
  for (const group of opt.param_groups) group.initial_lr = 1;
  const scheduler = new schedulers.StepLR(opt, 3, { gamma: 0.1, last_epoch: 4 });
  expect(scheduler.last_epoch).toBe(5);
  expect(scheduler.base_lrs).toEqual([1, 1]);
});

test('warnings, in PyTorch’s words', () => {
  const warnings: string[] = [];
  torch.onwarning((text) => warnings.push(text));
  const seen = (f: () => void) => {
    warnings.length = 0;
    f();
    return [...warnings];
  };
  const adjusting = 'https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate';
  const early = optimizer();
  const scheduler = new schedulers.StepLR(early, 3);
  expect(seen(() => scheduler.step())).toEqual([
    `Detected call of \`lr_scheduler.step()\` before \`optimizer.step()\`. In PyTorch 1.1.0 and later, you should call them in the opposite order: \`optimizer.step()\` before \`lr_scheduler.step()\`.  Failure to do this will result in PyTorch skipping the first value of the learning rate schedule. See more details at ${adjusting}`,
  ]);
  expect(seen(() => scheduler.step())).toEqual([]);

  const right = optimizer();
  const second = new schedulers.StepLR(right, 3);
  right.step();
  expect(seen(() => second.step())).toEqual([]);
  expect(seen(() => second.get_lr())).toEqual([
    'To get the last learning rate computed by the scheduler, please use `get_last_lr()`.',
  ]);
  expect(seen(() => second.step(7))[0]).toContain(
    'The epoch parameter in `scheduler.step()` was not necessary and is being deprecated',
  );

  const replaced = optimizer();
  const third = new schedulers.StepLR(replaced, 3);
  replaced.step = (() => {}) as Optimizer['step'];
  expect(seen(() => third.step())).toEqual([
    `Seems like \`optimizer.step()\` has been overridden after learning rate scheduler initialization. Please, make sure to call \`optimizer.step()\` before \`lr_scheduler.step()\`. See more details at ${adjusting}`,
  ]);
});

test('refusals, in PyTorch’s words', () => {
  const opt = optimizer();
  const value = (f: () => unknown, text: string) => refuses(f, 'ValueError', text);
  const type = (f: () => unknown, text: string) => refuses(f, 'TypeError', text);
  const make = (name: string, ...args: unknown[]) => () => new (of(name))(opt, ...args);
  type(() => new schedulers.StepLR({} as never, 3), 'Object is not an Optimizer');
  type(make('StepLR'), "StepLR.__init__() missing 1 required positional argument: 'step_size'");
  type(
    make('CyclicLR'),
    "CyclicLR.__init__() missing 2 required positional arguments: 'base_lr' and 'max_lr'",
  );
  value(
    make('ConstantLR', 1.5),
    'Constant multiplicative factor expected to be between 0 and 1.',
  );
  value(
    make('LinearLR', 0),
    'Starting multiplicative factor expected to be greater than 0 and less or equal to 1.',
  );
  value(make('LinearLR', 1, 2), 'Ending multiplicative factor expected to be between 0 and 1.');
  value(make('LambdaLR', [() => 1]), 'Expected 2 lr_lambdas, but got 1');
  type(make('MultiplicativeLR', 3), 'lr_lambda should be a function, but got number');
  value(make('CosineAnnealingWarmRestarts', 0), 'Expected positive integer T_0, but got 0');
  value(make('CosineAnnealingWarmRestarts', 1.5), 'Expected positive integer T_0, but got 1.5');
  value(make('CosineAnnealingWarmRestarts', 2, 0), 'Expected integer T_mult >= 1, but got 0');
  value(
    make('OneCycleLR', 0.1),
    'You must define either total_steps OR (epochs AND steps_per_epoch)',
  );
  value(make('OneCycleLR', 0.1, 0), 'Expected positive integer total_steps, but got 0');
  value(make('OneCycleLR', 0.1, null, 2.5, 3), 'Expected positive integer epochs, but got 2.5');
  value(
    make('OneCycleLR', 0.1, 9, { pct_start: 2 }),
    'Expected float between 0 and 1 pct_start, but got 2',
  );
  value(
    make('OneCycleLR', 0.1, 9, { anneal_strategy: 'no' }),
    "anneal_strategy must be one of 'cos' or 'linear', instead got no",
  );
  value(
    make('OneCycleLR', [0.1], 9),
    'max_lr must have the same length as optimizer.param_groups. max_lr has 1 values, param_groups has 2.',
  );
  const over = new schedulers.OneCycleLR(opt, 0.1, 2);
  over.step();
  over.step();
  value(() => over.step(), 'Tried to step 3 times. The specified number of total steps is 2');
  value(make('CyclicLR', 0.1, 1, { mode: 'no' }), 'mode is invalid and scale_fn is None');
  const plain = new torch.optim.Adagrad([new torch.nn.Parameter(torch.zeros(1))]);
  value(
    () => new schedulers.CyclicLR(plain, 0.1, 1),
    'optimizer must support momentum or beta1 with `cycle_momentum` option enabled',
  );
  value(make('ReduceLROnPlateau', 'min', 1), 'Factor should be < 1.0.');
  value(make('ReduceLROnPlateau', 'up'), 'mode up is unknown!');
  value(make('ReduceLROnPlateau', { threshold_mode: 'x' }), 'threshold mode x is unknown!');
  value(make('ReduceLROnPlateau', { min_lr: [1] }), 'expected 2 min_lrs, got 1');
  type(
    () => new schedulers.ReduceLROnPlateau(opt).step(),
    "ReduceLROnPlateau.step() missing 1 required positional argument: 'metrics'",
  );
  const steps = () => new schedulers.StepLR(opt, 3);
  value(
    () => new schedulers.SequentialLR(opt, [], []),
    'SequentialLR expects at least one scheduler to be chained, but got no scheduler.',
  );
  value(
    () => new schedulers.SequentialLR(opt, [steps(), steps()], []),
    'Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone points, but got number of schedulers 2 and the number of milestones to be equal to 0',
  );
  value(
    () => new schedulers.ChainedScheduler([steps(), new schedulers.ReduceLROnPlateau(opt)]),
    'ChainedScheduler does not support `ReduceLROnPlateau` scheduler as it requires additional kwargs to be specified when calling `step`, but got one at index 1 in the given schedulers sequence.',
  );
  const stranger = new schedulers.StepLR(optimizer(), 3);
  expect(() => new schedulers.ChainedScheduler([steps(), stranger])).toThrow(
    'ChainedScheduler expects all schedulers to belong to the same optimizer, but got scheduler StepLR at index 1 has SGD (',
  );
});
