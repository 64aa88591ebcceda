// Schedules that multiply the rate they find.

import { describe, type Keywords } from '../../arguments.js';
import { TorchError } from '../../core.js';
import type { Optimizer } from '../optimizer.js';
import { argumentsOf, LRScheduler, type SchedulerState } from './scheduler.js';

interface Resumed {
  /** Where to resume; -1, the default, starts anew. */
  last_epoch: number;
}

interface StepOptions extends Resumed {
  step_size: number;
  gamma: number;
}

/** Times `gamma` (default 0.1) every `step_size` epochs. */
export class StepLR extends LRScheduler {
  step_size: number;
  gamma: number;

  constructor(
    optimizer: Optimizer,
    ...args: Keywords<[step_size: number, gamma: number, last_epoch: number], StepOptions>
  ) {
    super(optimizer);
    const defaults = { step_size: undefined, gamma: 0.1, last_epoch: -1 };
    const named = argumentsOf<StepOptions>('StepLR', defaults, args, 'step_size');
    this.step_size = named.step_size;
    this.gamma = named.gamma;
    this.start(named.last_epoch);
  }

  override get_lr(): number[] {
    this.warnOutside();
    const { last_epoch: n } = this;
    if (n === 0 || n % this.step_size !== 0) return this.lrs();
    return this.lrs().map((lr) => lr * this.gamma);
  }

  protected override closedForm(): number[] {
    const factor = this.gamma ** Math.floor(this.last_epoch / this.step_size);
    return this.base_lrs.map((lr) => lr * factor);
  }
}

interface MultiStepOptions extends Resumed {
  milestones: readonly number[];
  gamma: number;
}

/** Times `gamma` (default 0.1) at each milestone; at one that is listed twice, twice. */
export class MultiStepLR extends LRScheduler {
  /** How often each epoch is listed. */
  milestones: Record<number, number> = {};
  gamma: number;

  constructor(
    optimizer: Optimizer,
    ...args: Keywords<
      [milestones: readonly number[], gamma: number, last_epoch: number],
      MultiStepOptions
    >
  ) {
    super(optimizer);
    const defaults = { milestones: undefined, gamma: 0.1, last_epoch: -1 };
    const named = argumentsOf<MultiStepOptions>('MultiStepLR', defaults, args, 'milestones');
    for (const n of named.milestones) this.milestones[n] = (this.milestones[n] ?? 0) + 1;
    this.gamma = named.gamma;
    this.start(named.last_epoch);
  }

  override get_lr(): number[] {
    this.warnOutside();
    const count = this.milestones[this.last_epoch];
    if (count === undefined) return this.lrs();
    return this.lrs().map((lr) => lr * this.gamma ** count);
  }

  protected override closedForm(): number[] {
    let passed = 0;
    for (const [n, count] of Object.entries(this.milestones)) {
      if (Number(n) <= this.last_epoch) passed += count;
    }
    return this.base_lrs.map((lr) => lr * this.gamma ** passed);
  }
}

interface ConstantOptions extends Resumed {
  factor: number;
  total_iters: number;
}

/** Times `factor` (default 1/3) for the first `total_iters` (default 5) epochs. */
export class ConstantLR extends LRScheduler {
  factor: number;
  total_iters: number;

  constructor(
    optimizer: Optimizer,
    ...args: Keywords<[factor: number, total_iters: number, last_epoch: number], ConstantOptions>
  ) {
    super(optimizer);
    const defaults = { factor: 1 / 3, total_iters: 5, last_epoch: -1 };
    const named = argumentsOf<ConstantOptions>('ConstantLR', defaults, args);
    checkFactor('Constant multiplicative factor expected to be between 0 and 1.', named.factor);
    this.factor = named.factor;
    this.total_iters = named.total_iters;
    this.start(named.last_epoch);
  }

  override get_lr(): number[] {
    this.warnOutside();
    if (this.last_epoch === 0) return this.lrs().map((lr) => lr * this.factor);
    if (this.last_epoch !== this.total_iters) return this.lrs();
    return this.lrs().map((lr) => lr * (1 / this.factor));
  }

  protected override closedForm(): number[] {
    const over = this.last_epoch >= this.total_iters ? 1 : 0;
    return this.base_lrs.map((lr) => lr * (this.factor + over * (1 - this.factor)));
  }
}

interface LinearOptions extends Resumed {
  start_factor: number;
  end_factor: number;
  total_iters: number;
}

/** From `start_factor` (1/3) to `end_factor` (1) times the rate in `total_iters` (5) epochs. */
export class LinearLR extends LRScheduler {
  start_factor: number;
  end_factor: number;
  total_iters: number;

  constructor(
    optimizer: Optimizer,
    ...args: Keywords<
      [start_factor: number, end_factor: number, total_iters: number, last_epoch: number],
      LinearOptions
    >
  ) {
    super(optimizer);
    const defaults = { start_factor: 1 / 3, end_factor: 1, total_iters: 5, last_epoch: -1 };
    const named = argumentsOf<LinearOptions>('LinearLR', defaults, args);
    const { start_factor: from, end_factor: to } = named;
    const range = 'multiplicative factor expected to be';
    checkFactor(`Starting ${range} greater than 0 and less or equal to 1.`, from, from > 0);
    checkFactor(`Ending ${range} between 0 and 1.`, to);
    this.start_factor = from;
    this.end_factor = to;
    this.total_iters = named.total_iters;
    this.start(named.last_epoch);
  }

  override get_lr(): number[] {
    this.warnOutside();
    const { last_epoch: n, start_factor, end_factor, total_iters } = this;
    if (n === 0) return this.lrs().map((lr) => lr * start_factor);
    if (n > total_iters) return this.lrs();
    const rise = end_factor - start_factor;
    return this.lrs().map((lr) => lr * (1 + rise / (total_iters * start_factor + (n - 1) * rise)));
  }

  protected override closedForm(): number[] {
    const { start_factor, end_factor, total_iters } = this;
    const rise = end_factor - start_factor;
    const at = Math.min(total_iters, this.last_epoch);
    return this.base_lrs.map((lr) => lr * (start_factor + (rise * at) / total_iters));
  }
}

interface ExponentialOptions extends Resumed {
  gamma: number;
}

/** Times `gamma` every epoch. */
export class ExponentialLR extends LRScheduler {
  gamma: number;

  constructor(
    optimizer: Optimizer,
    ...args: Keywords<[gamma: number, last_epoch: number], ExponentialOptions>
  ) {
    super(optimizer);
    const defaults = { gamma: undefined, last_epoch: -1 };
    const named = argumentsOf<ExponentialOptions>('ExponentialLR', defaults, args, 'gamma');
    this.gamma = named.gamma;
    this.start(named.last_epoch);
  }

  override get_lr(): number[] {
    this.warnOutside();
    return this.last_epoch === 0 ? this.lrs() : this.lrs().map((lr) => lr * this.gamma);
  }

  protected override closedForm(): number[] {
    return this.base_lrs.map((lr) => lr * this.gamma ** this.last_epoch);
  }
}

interface PolynomialOptions extends Resumed {
  total_iters: number;
  power: number;
}

/** Down to 0 in `total_iters` (default 5) epochs, as `(1 - n / total_iters)^power` (default 1). */
export class PolynomialLR extends LRScheduler {
  total_iters: number;
  power: number;

  constructor(
    optimizer: Optimizer,
    ...args: Keywords<[total_iters: number, power: number, last_epoch: number], PolynomialOptions>
  ) {
    super(optimizer);
    const defaults = { total_iters: 5, power: 1, last_epoch: -1 };
    const named = argumentsOf<PolynomialOptions>('PolynomialLR', defaults, args);
    this.total_iters = named.total_iters;
    this.power = named.power;
    this.start(named.last_epoch);
  }

  override get_lr(): number[] {
    this.warnOutside();
    const { last_epoch: n, total_iters } = this;
    if (n === 0 || n > total_iters) return this.lrs();
    const factor = ((1 - n / total_iters) / (1 - (n - 1) / total_iters)) ** this.power;
    return this.lrs().map((lr) => lr * factor);
  }

  protected override closedForm(): number[] {
    const at = Math.min(this.total_iters, this.last_epoch);
    return this.base_lrs.map((lr) => lr * (1 - at / this.total_iters) ** this.power);
  }
}

type Factor = (epoch: number) => number;

interface LambdaOptions extends Resumed {
  lr_lambda: Factor | readonly Factor[];
}

abstract class Lambdas extends LRScheduler {
  lr_lambdas: Factor[];

  constructor(
    optimizer: Optimizer,
    ...args: Keywords<[lr_lambda: Factor | readonly Factor[], last_epoch: number], LambdaOptions>
  ) {
    super(optimizer);
    const defaults = { lr_lambda: undefined, last_epoch: -1 };
    const { name } = new.target;
    const { lr_lambda, last_epoch } = argumentsOf<LambdaOptions>(name, defaults, args, 'lr_lambda');
    const count = optimizer.param_groups.length;
    const given = Array.isArray(lr_lambda)
      ? [...(lr_lambda as Factor[])]
      : Array<Factor>(count).fill(lr_lambda as Factor);
    if (given.length !== count) {
      throw new TorchError(`Expected ${count} lr_lambdas, but got ${given.length}`, 'ValueError');
    }
    for (const f of given) {
      if (typeof f === 'function') continue;
      const text = `lr_lambda should be a function, but got ${describe(f)}`;
      throw new TorchError(text, 'TypeError');
    }
    this.lr_lambdas = given;
    this.start(last_epoch);
  }

  /** The functions are not in it: null stands for each. */
  override state_dict(): SchedulerState {
    const { lr_lambdas } = this;
    const { optimizer, ...rest } = this as Record<string, unknown>;
    void optimizer;
    return structuredClone({ ...rest, lr_lambdas: lr_lambdas.map(() => null) });
  }

  override load_state_dict(state_dict: SchedulerState): void {
    const { lr_lambdas: functions, ...state } = state_dict;
    void functions;
    super.load_state_dict(state);
  }
}

/** The initial rate times `lr_lambda(epoch)`; one function, or one for each group. */
export class LambdaLR extends Lambdas {
  override get_lr(): number[] {
    this.warnOutside();
    return this.base_lrs.map((lr, i) => lr * this.lr_lambdas[i]!(this.last_epoch));
  }
}

/** The rate so far times `lr_lambda(epoch)`; one function, or one for each group. */
export class MultiplicativeLR extends Lambdas {
  override get_lr(): number[] {
    this.warnOutside();
    if (this.last_epoch <= 0) return this.lrs();
    return this.lrs().map((lr, i) => lr * this.lr_lambdas[i]!(this.last_epoch));
  }
}

function checkFactor(text: string, factor: number, ok = factor >= 0): void {
  if (factor > 1 || !ok) throw new TorchError(text, 'ValueError');
}
