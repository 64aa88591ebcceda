import type { Keywords } from '../../arguments.js';
import { TorchError } from '../../core.js';
import { Tensor } from '../../tensor.js';
import type { Optimizer } from '../optimizer.js';
import { argumentsOf, LRScheduler, type SchedulerState } from './scheduler.js';

interface PlateauOptions {
  mode: 'min' | 'max';
  factor: number;
  patience: number;
  threshold: number;
  threshold_mode: 'rel' | 'abs';
  cooldown: number;
  min_lr: number | readonly number[];
  eps: number;
}

/**
 * Times `factor` (default 0.1) when a figure has not improved for more than `patience` (default 10)
 * epochs. step(metrics) takes the figure, a number or a 0-dim tensor.
 */
export class ReduceLROnPlateau extends LRScheduler {
  mode: 'min' | 'max';
  factor: number;
  patience: number;
  threshold: number;
  threshold_mode: 'rel' | 'abs';
  cooldown: number;
  min_lrs: number[];
  default_min_lr: number | null;
  eps: number;
  best: number;
  cooldown_counter = 0;
  num_bad_epochs = 0;

  constructor(
    optimizer: Optimizer,
    ...args: Keywords<
      [
        mode: 'min' | 'max',
        factor: number,
        patience: number,
        threshold: number,
        threshold_mode: 'rel' | 'abs',
        cooldown: number,
        min_lr: number | readonly number[],
        eps: number,
      ],
      PlateauOptions
    >
  ) {
    super(optimizer);
    const named = argumentsOf<PlateauOptions>(
      'ReduceLROnPlateau',
      {
        mode: 'min',
        factor: 0.1,
        patience: 10,
        threshold: 1e-4,
        threshold_mode: 'rel',
        cooldown: 0,
        min_lr: 0,
        eps: 1e-8,
      },
      args,
    );
    const { factor, min_lr, mode, threshold_mode } = named;
    const refused = (text: string) => new TorchError(text, 'ValueError');
    if (factor >= 1) throw refused('Factor should be < 1.0.');
    const count = optimizer.param_groups.length;
    if (typeof min_lr !== 'number' && min_lr.length !== count) {
      throw refused(`expected ${count} min_lrs, got ${min_lr.length}`);
    }
    if (!['min', 'max'].includes(mode)) throw refused(`mode ${mode} is unknown!`);
    if (!['rel', 'abs'].includes(threshold_mode)) {
      throw refused(`threshold mode ${threshold_mode} is unknown!`);
    }
    this.mode = mode;
    this.factor = factor;
    this.patience = named.patience;
    this.threshold = named.threshold;
    this.threshold_mode = threshold_mode;
    this.cooldown = named.cooldown;
    this.default_min_lr = typeof min_lr === 'number' ? min_lr : null;
    this.min_lrs = typeof min_lr === 'number' ? Array<number>(count).fill(min_lr) : [...min_lr];
    this.eps = named.eps;
    this.best = this.worst;
    this.last_epoch = 0;
    this._last_lr = this.lrs();
  }

  private get worst(): number {
    return this.mode === 'min' ? Infinity : -Infinity;
  }

  get in_cooldown(): boolean {
    return this.cooldown_counter > 0;
  }

  private isBetter(a: number): boolean {
    const { best, threshold, mode } = this;
    const sign = mode === 'min' ? -1 : 1;
    const bound =
      this.threshold_mode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
    return mode === 'min' ? a < bound : a > bound;
  }

  override step(metrics?: number | Tensor, epoch?: number): void {
    const current = metrics instanceof Tensor ? metrics.item() : metrics;
    if (typeof current !== 'number') {
      throw new TorchError(
        "ReduceLROnPlateau.step() missing 1 required positional argument: 'metrics'",
        'TypeError',
      );
    }
    this.last_epoch = epoch ?? this.last_epoch + 1;
    if (this.isBetter(current)) {
      this.best = current;
      this.num_bad_epochs = 0;
    } else {
      this.num_bad_epochs += 1;
    }
    if (this.in_cooldown) {
      this.cooldown_counter -= 1;
      this.num_bad_epochs = 0;
    }
    if (this.num_bad_epochs > this.patience) {
      this.reduce();
      this.cooldown_counter = this.cooldown;
      this.num_bad_epochs = 0;
    }
    this._last_lr = this.lrs();
  }

  private reduce(): void {
    const { param_groups } = this.optimizer;
    if (param_groups.length !== this.min_lrs.length) {
      if (this.default_min_lr === null) {
        throw new TorchError(
          `The number of param groups in the \`optimizer\` (${param_groups.length}) differs from when ` +
            `\`ReduceLROnPlateau\` was initialized (${this.min_lrs.length}), usually due to a new param ` +
            'group being added to the optimizer. Please modify the `min_lrs` field to match the length ' +
            'of the `optimizer` param groups.',
        );
      }
      this.min_lrs = param_groups.map(() => this.default_min_lr!);
    }
    param_groups.forEach((group, i) => {
      const lr = Math.max(group.lr * this.factor, this.min_lrs[i]!);
      if (group.lr - lr > this.eps) group.lr = lr;
    });
  }

  // JSON has no infinity: a `best` that went through it comes back as null.
  override load_state_dict(state_dict: SchedulerState): void {
    super.load_state_dict(state_dict);
    this.best ??= this.worst;
  }
}
