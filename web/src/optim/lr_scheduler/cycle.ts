// Rates that rise and fall, with momentum running against them: stepped once a batch.

import type { Keywords } from '../../arguments.js';
import { TorchError } from '../../core.js';
import type { Optimizer, ParamGroup } from '../optimizer.js';
import { argumentsOf, LRScheduler, perGroup } from './scheduler.js';

type Each = number | readonly number[];

abstract class Cyclic extends LRScheduler {
  cycle_momentum!: boolean;
  use_beta1: boolean | undefined;

  /** Prepares the groups for a momentum between the two. */
  protected cycleMomentum(base: Each, max: Each, last_epoch: number): [number[], number[]] {
    const { defaults, param_groups } = this.optimizer;
    if (!('momentum' in defaults || 'betas' in defaults)) {
      throw new TorchError(
        'optimizer must support momentum or beta1 with `cycle_momentum` option enabled',
        'ValueError',
      );
    }
    this.use_beta1 = 'betas' in defaults;
    const bases = perGroup('base_momentum', this.optimizer, base);
    const maxima = perGroup('max_momentum', this.optimizer, max);
    if (last_epoch === -1) {
      param_groups.forEach((group, i) => {
        this.setMomentum(group, maxima[i]!);
        Object.assign(group, { max_momentum: maxima[i], base_momentum: bases[i] });
      });
    }
    return [bases, maxima];
  }

  protected setMomentum(group: ParamGroup, momentum: number): void {
    if (this.use_beta1) group.betas = [momentum, ...group.betas.slice(1)];
    else group.momentum = momentum;
  }
}

interface CyclicOptions {
  base_lr: Each;
  max_lr: Each;
  step_size_up: number;
  step_size_down: number | null;
  mode: 'triangular' | 'triangular2' | 'exp_range';
  gamma: number;
  scale_fn: ((x: number) => number) | null;
  scale_mode: 'cycle' | 'iterations';
  cycle_momentum: boolean;
  base_momentum: Each;
  max_momentum: Each;
  last_epoch: number;
}

/**
 * From `base_lr` up to `max_lr` in `step_size_up` steps and down again in `step_size_down` (Smith
 * 2017, arXiv:1506.01186). `mode`: "triangular", "triangular2" (half as high each time) or
 * "exp_range" (`gamma^step` as high).
 */
export class CyclicLR extends Cyclic {
  max_lrs: number[];
  total_size: number;
  step_ratio: number;
  mode: CyclicOptions['mode'];
  gamma: number;
  _scale_fn_custom: ((x: number) => number) | undefined;
  scale_mode: CyclicOptions['scale_mode'];
  base_momentums: number[] | undefined;
  max_momentums: number[] | undefined;

  constructor(
    optimizer: Optimizer,
    ...args: Keywords<
      [
        base_lr: Each,
        max_lr: Each,
        step_size_up: number,
        step_size_down: number | null,
        mode: CyclicOptions['mode'],
        gamma: number,
      ],
      CyclicOptions
    >
  ) {
    super(optimizer);
    const named = argumentsOf<CyclicOptions>(
      'CyclicLR',
      {
        base_lr: undefined,
        max_lr: undefined,
        step_size_up: 2000,
        step_size_down: null,
        mode: 'triangular',
        gamma: 1,
        scale_fn: null,
        scale_mode: 'cycle',
        cycle_momentum: true,
        base_momentum: 0.8,
        max_momentum: 0.9,
        last_epoch: -1,
      },
      args,
      'base_lr',
      'max_lr',
    );
    const { mode, scale_fn, step_size_up, last_epoch } = named;
    const base_lrs = perGroup('base_lr', optimizer, named.base_lr);
    this.max_lrs = perGroup('max_lr', optimizer, named.max_lr);
    if (!['triangular', 'triangular2', 'exp_range'].includes(mode) && scale_fn === null) {
      throw new TorchError('mode is invalid and scale_fn is None', 'ValueError');
    }
    if (last_epoch === -1) optimizer.param_groups.forEach((group, i) => (group.lr = base_lrs[i]!));
    this.total_size = step_size_up + (named.step_size_down ?? step_size_up);
    this.step_ratio = step_size_up / this.total_size;
    this.mode = mode;
    this.gamma = named.gamma;
    this._scale_fn_custom = scale_fn ?? undefined;
    const ownMode = mode === 'exp_range' ? 'iterations' : 'cycle';
    this.scale_mode = scale_fn === null ? ownMode : named.scale_mode;
    this.cycle_momentum = named.cycle_momentum;
    if (named.cycle_momentum) {
      [this.base_momentums, this.max_momentums] = this.cycleMomentum(
        named.base_momentum,
        named.max_momentum,
        last_epoch,
      );
    }
    this.start(last_epoch);
    this.base_lrs = base_lrs;
  }

  /** How high a cycle, or a step, reaches. */
  scale_fn(x: number): number {
    if (this._scale_fn_custom) return this._scale_fn_custom(x);
    if (this.mode === 'triangular') return 1;
    return this.mode === 'triangular2' ? 1 / 2 ** (x - 1) : this.gamma ** x;
  }

  override get_lr(): number[] {
    this.warnOutside();
    const { last_epoch: n, total_size, step_ratio } = this;
    const cycle = Math.floor(1 + n / total_size);
    const x = 1 + n / total_size - cycle;
    const height = x <= step_ratio ? x / step_ratio : (x - 1) / (step_ratio - 1);
    const scale = this.scale_fn(this.scale_mode === 'cycle' ? cycle : n);
    if (this.cycle_momentum) {
      this.optimizer.param_groups.forEach((group, i) => {
        const [base, max] = [this.base_momentums![i]!, this.max_momentums![i]!];
        this.setMomentum(group, max - (max - base) * height * scale);
      });
    }
    return this.base_lrs.map((lr, i) => lr + (this.max_lrs[i]! - lr) * height * scale);
  }
}

interface Phase {
  end_step: number;
  start_lr: string;
  end_lr: string;
  start_momentum: string;
  end_momentum: string;
}

interface OneCycleOptions {
  max_lr: Each;
  total_steps: number | null;
  epochs: number | null;
  steps_per_epoch: number | null;
  pct_start: number;
  anneal_strategy: 'cos' | 'linear';
  cycle_momentum: boolean;
  base_momentum: Each;
  max_momentum: Each;
  div_factor: number;
  final_div_factor: number;
  three_phase: boolean;
  last_epoch: number;
}

/**
 * One rise from `max_lr / div_factor` to `max_lr`, for the share `pct_start` of all steps, and one
 * fall far below (Smith and Topin 2018, arXiv:1708.07120). Needs `total_steps`, or `epochs` and
 * `steps_per_epoch`.
 */
export class OneCycleLR extends Cyclic {
  total_steps: number;
  _schedule_phases: Phase[];
  _anneal_func_type: 'cos' | 'linear';

  constructor(
    optimizer: Optimizer,
    ...args: Keywords<
      [
        max_lr: Each,
        total_steps: number | null,
        epochs: number | null,
        steps_per_epoch: number | null,
        pct_start: number,
        anneal_strategy: 'cos' | 'linear',
      ],
      OneCycleOptions
    >
  ) {
    super(optimizer);
    const named = argumentsOf<OneCycleOptions>(
      'OneCycleLR',
      {
        max_lr: undefined,
        total_steps: null,
        epochs: null,
        steps_per_epoch: null,
        pct_start: 0.3,
        anneal_strategy: 'cos',
        cycle_momentum: true,
        base_momentum: 0.85,
        max_momentum: 0.95,
        div_factor: 25,
        final_div_factor: 1e4,
        three_phase: false,
        last_epoch: -1,
      },
      args,
      'max_lr',
    );
    const { pct_start, anneal_strategy, last_epoch } = named;
    this.total_steps = totalSteps(named);
    if (!(pct_start >= 0 && pct_start <= 1)) {
      const text = `Expected float between 0 and 1 pct_start, but got ${pct_start}`;
      throw new TorchError(text, 'ValueError');
    }
    if (anneal_strategy !== 'cos' && anneal_strategy !== 'linear') {
      const text = `anneal_strategy must be one of 'cos' or 'linear', instead got ${anneal_strategy}`;
      throw new TorchError(text, 'ValueError');
    }
    this._schedule_phases = phases(this.total_steps, pct_start, named.three_phase);
    this._anneal_func_type = anneal_strategy;
    const maxima = perGroup('max_lr', optimizer, named.max_lr);
    if (last_epoch === -1) {
      optimizer.param_groups.forEach((group, i) => {
        const initial_lr = maxima[i]! / named.div_factor;
        const min_lr = initial_lr / named.final_div_factor;
        Object.assign(group, { initial_lr, max_lr: maxima[i], min_lr });
      });
    }
    this.cycle_momentum = named.cycle_momentum;
    if (named.cycle_momentum) {
      this.cycleMomentum(named.base_momentum, named.max_momentum, last_epoch);
    }
    this.start(last_epoch);
  }

  private anneal(start: number, end: number, share: number): number {
    if (this._anneal_func_type === 'linear') return (end - start) * share + start;
    return end + ((start - end) / 2) * (Math.cos(Math.PI * share) + 1);
  }

  override get_lr(): number[] {
    this.warnOutside();
    const { last_epoch: n, total_steps, _schedule_phases: all } = this;
    if (n > total_steps) {
      throw new TorchError(
        `Tried to step ${n} times. The specified number of total steps is ${total_steps}`,
        'ValueError',
      );
    }
    const found = all.findIndex((phase) => n <= phase.end_step);
    const i = found < 0 ? all.length - 1 : found;
    const phase = all[i]!;
    const from = i === 0 ? 0 : all[i - 1]!.end_step;
    const share = (n - from) / (phase.end_step - from);
    return this.optimizer.param_groups.map((group) => {
      if (this.cycle_momentum) {
        const [a, b] = [group[phase.start_momentum], group[phase.end_momentum]] as number[];
        this.setMomentum(group, this.anneal(a!, b!, share));
      }
      return this.anneal(group[phase.start_lr], group[phase.end_lr], share);
    });
  }
}

function totalSteps({ total_steps, epochs, steps_per_epoch }: OneCycleOptions): number {
  const positive = (name: string, value: number): number => {
    if (value > 0 && Number.isInteger(value)) return value;
    throw new TorchError(`Expected positive integer ${name}, but got ${value}`, 'ValueError');
  };
  if (total_steps !== null) return positive('total_steps', total_steps);
  if (epochs === null || steps_per_epoch === null) {
    throw new TorchError(
      'You must define either total_steps OR (epochs AND steps_per_epoch)',
      'ValueError',
    );
  }
  return positive('epochs', epochs) * positive('steps_per_epoch', steps_per_epoch);
}

function phases(total: number, share: number, three: boolean): Phase[] {
  const phase = (end_step: number, lr: [string, string], momentum: [string, string]): Phase => ({
    end_step,
    start_lr: `${lr[0]}_lr`,
    end_lr: `${lr[1]}_lr`,
    start_momentum: `${momentum[0]}_momentum`,
    end_momentum: `${momentum[1]}_momentum`,
  });
  const rise = phase(share * total - 1, ['initial', 'max'], ['max', 'base']);
  if (!three) return [rise, phase(total - 1, ['max', 'min'], ['base', 'max'])];
  return [
    rise,
    phase(2 * share * total - 2, ['max', 'initial'], ['base', 'max']),
    phase(total - 1, ['initial', 'min'], ['max', 'max']),
  ];
}
