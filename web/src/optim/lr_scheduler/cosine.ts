import type { Keywords } from '../../arguments.js';
import { TorchError } from '../../core.js';
import type { Optimizer } from '../optimizer.js';
import { argumentsOf, LRScheduler } from './scheduler.js';

interface CosineOptions {
  T_max: number;
  eta_min: number;
  last_epoch: number;
}

/** Half a cosine wave from the initial rate to `eta_min` (default 0) in `T_max` epochs. */
export class CosineAnnealingLR extends LRScheduler {
  T_max: number;
  eta_min: number;

  constructor(
    optimizer: Optimizer,
    ...args: Keywords<[T_max: number, eta_min: number, last_epoch: number], CosineOptions>
  ) {
    super(optimizer);
    const defaults = { T_max: undefined, eta_min: 0, last_epoch: -1 };
    const named = argumentsOf<CosineOptions>('CosineAnnealingLR', defaults, args, 'T_max');
    this.T_max = named.T_max;
    this.eta_min = named.eta_min;
    this.start(named.last_epoch);
  }

  // From the rate before, so that it composes with other schedules.
  override get_lr(): number[] {
    this.warnOutside();
    const { last_epoch: n, T_max, eta_min, base_lrs } = this;
    const lrs = this.lrs();
    if (n === 0) return lrs;
    if (this._step_count === 1 && n > 0) return this.closedForm();
    if ((n - 1 - T_max) % (2 * T_max) === 0) {
      return lrs.map((lr, i) => lr + ((base_lrs[i]! - eta_min) * (1 - Math.cos(Math.PI / T_max))) / 2);
    }
    const fall =
      (1 + Math.cos((Math.PI * n) / T_max)) / (1 + Math.cos((Math.PI * (n - 1)) / T_max));
    return lrs.map((lr) => fall * (lr - eta_min) + eta_min);
  }

  protected override closedForm(): number[] {
    const wave = 1 + Math.cos((Math.PI * this.last_epoch) / this.T_max);
    return this.base_lrs.map((lr) => this.eta_min + ((lr - this.eta_min) * wave) / 2);
  }
}

interface RestartOptions {
  T_0: number;
  T_mult: number;
  eta_min: number;
  last_epoch: number;
}

/**
 * {@link CosineAnnealingLR} that starts again after `T_0` epochs, each time `T_mult` (default 1)
 * times as long (Loshchilov and Hutter 2017, arXiv:1608.03983). step(epoch) takes fractions.
 */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  T_0: number;
  T_i: number;
  T_mult: number;
  eta_min: number;
  T_cur: number;

  constructor(
    optimizer: Optimizer,
    ...args: Keywords<
      [T_0: number, T_mult: number, eta_min: number, last_epoch: number],
      RestartOptions
    >
  ) {
    super(optimizer);
    const named = argumentsOf<RestartOptions>(
      'CosineAnnealingWarmRestarts',
      { T_0: undefined, T_mult: 1, eta_min: 0, last_epoch: -1 },
      args,
      'T_0',
    );
    const { T_0, T_mult } = named;
    if (!(T_0 > 0 && Number.isInteger(T_0))) {
      throw new TorchError(`Expected positive integer T_0, but got ${T_0}`, 'ValueError');
    }
    if (!(T_mult >= 1 && Number.isInteger(T_mult))) {
      throw new TorchError(`Expected integer T_mult >= 1, but got ${T_mult}`, 'ValueError');
    }
    this.T_0 = this.T_i = T_0;
    this.T_mult = T_mult;
    this.eta_min = named.eta_min;
    this.T_cur = named.last_epoch;
    this.start(named.last_epoch);
  }

  override get_lr(): number[] {
    this.warnOutside();
    const wave = 1 + Math.cos((Math.PI * this.T_cur) / this.T_i);
    return this.base_lrs.map((lr) => this.eta_min + ((lr - this.eta_min) * wave) / 2);
  }

  override step(epoch?: number): void {
    const given = epoch === undefined && this.last_epoch < 0 ? 0 : epoch;
    if (given === undefined) {
      this.T_cur += 1;
      if (this.T_cur >= this.T_i) {
        this.T_cur -= this.T_i;
        this.T_i *= this.T_mult;
      }
    } else {
      this.place(given);
    }
    this.last_epoch = Math.floor(given ?? this.last_epoch + 1);
    this.setRates(() => this.get_lr());
  }

  // Which wave `epoch` lies in, and where.
  private place(epoch: number): void {
    const { T_0, T_mult } = this;
    if (epoch < 0) {
      throw new TorchError(`Expected non-negative epoch, but got ${epoch}`, 'ValueError');
    }
    if (epoch < T_0) {
      this.T_i = T_0;
      this.T_cur = epoch;
    } else if (T_mult === 1) {
      this.T_cur = epoch % T_0;
    } else {
      const n = Math.trunc(Math.log((epoch / T_0) * (T_mult - 1) + 1) / Math.log(T_mult));
      this.T_cur = epoch - (T_0 * (T_mult ** n - 1)) / (T_mult - 1);
      this.T_i = T_0 * T_mult ** n;
    }
  }
}
