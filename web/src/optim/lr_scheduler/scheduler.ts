// What all schedulers are: a count of steps, and the learning rates it leads to.

import { describe, keywords } from '../../arguments.js';
import { TorchError } from '../../core.js';
import { warn } from '../../warning.js';
import { Optimizer } from '../optimizer.js';

/** The state of a scheduler under PyTorch's names; JSON can carry it. */
export type SchedulerState = Record<string, any>;

// The step functions of optimizers that have a scheduler, and whether they were called.
const watched = new WeakMap<object, { called: boolean }>();

function watch(optimizer: Optimizer): void {
  const step = optimizer.step as (closure?: () => unknown) => unknown;
  if (watched.has(step)) return;
  const record = { called: false };
  const value = (closure?: () => unknown): unknown => {
    record.called = true;
    return step.call(optimizer, closure);
  };
  watched.set(value, record);
  Object.defineProperty(optimizer, 'step', { value, writable: true, configurable: true });
}

const adjusting = 'https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate';

/**
 * The base of all schedulers. An own one overrides {@link get_lr} and calls {@link start} at the
 * end of its constructor, when its fields are there.
 */
export class LRScheduler {
  readonly optimizer: Optimizer;
  /** The rates of the groups before any schedule. */
  base_lrs!: number[];
  last_epoch!: number;
  _step_count!: number;
  _last_lr!: number[];
  #stepping = false;

  constructor(optimizer: Optimizer) {
    if (!(optimizer instanceof Optimizer)) {
      throw new TorchError(`${describe(optimizer)} is not an Optimizer`, 'TypeError');
    }
    this.optimizer = optimizer;
  }

  /** Notes the rates to start from and takes the first step; -1 starts the schedule anew. */
  protected start(last_epoch = -1): void {
    const { param_groups } = this.optimizer;
    param_groups.forEach((group, i) => {
      if (last_epoch === -1) group.initial_lr ??= group.lr;
      else if (group.initial_lr === undefined) {
        const text = `param 'initial_lr' is not specified in param_groups[${i}] when resuming an optimizer`;
        throw new TorchError(text, 'KeyError');
      }
    });
    this.base_lrs = param_groups.map((group) => group.initial_lr as number);
    this.last_epoch = last_epoch;
    watch(this.optimizer);
    this._initial_step();
  }

  /** @internal */
  _initial_step(): void {
    this._step_count = 0;
    this.step();
  }

  /** The rate of each group at `last_epoch`; call {@link get_last_lr} instead. */
  get_lr(): number[] {
    throw new TorchError(`${this.constructor.name}.get_lr is not implemented`, 'NotImplementedError');
  }

  /** The same as a function of `last_epoch` alone, where there is one. */
  protected closedForm?(): number[];

  /** The rates as the last step() set them. */
  get_last_lr(): number[] {
    return this._last_lr;
  }

  /** To be called after optimizer.step(), once an epoch (or a batch, for the cyclic ones). */
  step(epoch?: number): void {
    if (this._step_count === 1) this.checkOrder();
    this._step_count += 1;
    if (epoch !== undefined) {
      warn(
        'The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where ' +
          'possible. Please use `scheduler.step()` to step the scheduler. During the deprecation, if ' +
          'epoch is different from None, the closed form is used instead of the new chainable form, ' +
          'where available. Please open an issue if you are unable to replicate your use case: ' +
          'https://github.com/pytorch/pytorch/issues/new/choose.',
      );
    }
    this.setRates(() => {
      this.last_epoch = epoch ?? this.last_epoch + 1;
      return (epoch !== undefined && this.closedForm?.()) || this.get_lr();
    });
  }

  /** Gives the groups the rates that `compute` returns. */
  protected setRates(compute: () => number[]): void {
    this.#stepping = true;
    try {
      const rates = compute();
      this.optimizer.param_groups.forEach((group, i) => {
        if (i < rates.length) group.lr = rates[i]!;
      });
    } finally {
      this.#stepping = false;
    }
    this._last_lr = this.lrs();
  }

  private checkOrder(): void {
    const record = watched.get(this.optimizer.step);
    if (record === undefined) {
      warn(
        'Seems like `optimizer.step()` has been overridden after learning rate scheduler ' +
          'initialization. Please, make sure to call `optimizer.step()` before ' +
          `\`lr_scheduler.step()\`. See more details at ${adjusting}`,
      );
    } else if (!record.called) {
      warn(
        'Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and ' +
          'later, you should call them in the opposite order: `optimizer.step()` before ' +
          '`lr_scheduler.step()`.  Failure to do this will result in PyTorch skipping the first ' +
          `value of the learning rate schedule. See more details at ${adjusting}`,
      );
    }
  }

  /** PyTorch's warning for a get_lr() outside of step(). */
  protected warnOutside(): void {
    if (this.#stepping) return;
    warn(
      'To get the last learning rate computed by the scheduler, please use `get_last_lr()`.',
    );
  }

  /** The present rates of the groups. */
  protected lrs(): number[] {
    return this.optimizer.param_groups.map((group) => group.lr);
  }

  /** Everything but the optimizer and functions; load it together with the optimizer's state. */
  state_dict(): SchedulerState {
    const own = Object.entries(this).filter(
      ([name, value]) =>
        name !== 'optimizer' && value !== undefined && typeof value !== 'function',
    );
    return structuredClone(Object.fromEntries(own));
  }

  load_state_dict(state_dict: SchedulerState): void {
    Object.assign(this, structuredClone(state_dict));
  }
}

/** @internal The arguments of a scheduler by name; those in `needed` have no default. */
export function argumentsOf<Named extends object>(
  op: string,
  defaults: { [K in keyof Named]: Named[K] | undefined },
  args: readonly unknown[],
  ...needed: (keyof Named & string)[]
): Named {
  const named = keywords(op, defaults, args) as Named;
  const missing = needed.filter((name) => named[name] === undefined).map((name) => `'${name}'`);
  if (missing.length > 0) {
    const several = missing.length > 1 ? 's' : '';
    throw new TorchError(
      `${op}.__init__() missing ${missing.length} required positional argument${several}: ${missing.join(' and ')}`,
      'TypeError',
    );
  }
  return named;
}

/** @internal One value for each group. */
export function perGroup<T>(name: string, optimizer: Optimizer, value: T | readonly T[]): T[] {
  const count = optimizer.param_groups.length;
  if (!Array.isArray(value)) return Array<T>(count).fill(value as T);
  if (value.length !== count) {
    throw new TorchError(
      `${name} must have the same length as optimizer.param_groups. ${name} has ${value.length} ` +
        `values, param_groups has ${count}.`,
      'ValueError',
    );
  }
  return [...(value as T[])];
}
