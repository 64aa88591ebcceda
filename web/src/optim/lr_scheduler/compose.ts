// Schedulers of schedulers.

import { TorchError } from '../../core.js';
import type { Optimizer } from '../optimizer.js';
import { ReduceLROnPlateau } from './plateau.js';
import { LRScheduler, type SchedulerState } from './scheduler.js';

abstract class Composed extends LRScheduler {
  readonly _schedulers: readonly LRScheduler[];

  constructor(name: string, schedulers: readonly LRScheduler[], optimizer?: Optimizer) {
    if (schedulers.length === 0) {
      throw new TorchError(
        `${name} expects at least one scheduler to be chained, but got no scheduler.`,
        'ValueError',
      );
    }
    super(optimizer ?? schedulers[0]!.optimizer);
    schedulers.forEach((scheduler, i) => {
      if (!(scheduler instanceof LRScheduler)) {
        throw new TorchError(
          `${name} at index ${i} should have \`optimizer\` as its attribute.`,
          'TypeError',
        );
      }
      if (scheduler instanceof ReduceLROnPlateau) {
        throw new TorchError(
          `${name} does not support \`ReduceLROnPlateau\` scheduler as it requires additional kwargs ` +
            `to be specified when calling \`step\`, but got one at index ${i} in the given schedulers ` +
            'sequence.',
          'ValueError',
        );
      }
      if (scheduler.optimizer !== this.optimizer) {
        throw new TorchError(
          `${name} expects all schedulers to belong to the same optimizer, but got scheduler ` +
            `${scheduler.constructor.name} at index ${i} has ${String(scheduler.optimizer)}, which is ` +
            `different from ${this.optimizer.constructor.name}.`,
          'ValueError',
        );
      }
    });
    this._schedulers = [...schedulers];
  }

  override state_dict(): SchedulerState {
    const { optimizer, _schedulers, ...own } = this as Record<string, unknown>;
    void [optimizer, _schedulers];
    const known = Object.entries(own).filter(([, value]) => value !== undefined);
    return {
      ...structuredClone(Object.fromEntries(known)),
      _schedulers: this._schedulers.map((scheduler) => scheduler.state_dict()),
    };
  }

  override load_state_dict(state_dict: SchedulerState): void {
    const { _schedulers, ...own } = state_dict;
    super.load_state_dict(own);
    (_schedulers as SchedulerState[]).forEach((state, i) =>
      this._schedulers[i]!.load_state_dict(state),
    );
  }
}

/** One scheduler after the other: the next one from each milestone on. */
export class SequentialLR extends Composed {
  readonly _milestones: number[];

  constructor(
    optimizer: Optimizer,
    schedulers: readonly LRScheduler[],
    milestones: readonly number[] | { milestones: readonly number[] },
    last_epoch = -1,
  ) {
    super('SequentialLR', schedulers, optimizer);
    const given = 'milestones' in milestones ? milestones.milestones : milestones;
    if (given.length !== schedulers.length - 1) {
      throw new TorchError(
        'Sequential Schedulers expects number of schedulers provided to be one more than the number ' +
          `of milestone points, but got number of schedulers ${schedulers.length} and the number of ` +
          `milestones to be equal to ${given.length}`,
        'ValueError',
      );
    }
    this._milestones = [...given];
    this.last_epoch = last_epoch + 1;
    // Each of them has taken its first step by now; only the first was meant to.
    for (const group of optimizer.param_groups) group.lr = group.initial_lr;
    for (const scheduler of schedulers) scheduler.last_epoch -= 1;
    schedulers[0]!._initial_step();
    this._last_lr = schedulers[0]!.get_last_lr();
  }

  override step(): void {
    this.last_epoch += 1;
    const passed = this._milestones.filter((n) => n <= this.last_epoch).length;
    const scheduler = this._schedulers[passed]!;
    if (passed > 0 && this._milestones[passed - 1] === this.last_epoch) scheduler.step(0);
    else scheduler.step();
    this._last_lr = scheduler.get_last_lr();
  }
}

/** All schedulers at once, each on the rates that the one before has left. */
export class ChainedScheduler extends Composed {
  constructor(schedulers: readonly LRScheduler[], optimizer?: Optimizer) {
    super('ChainedScheduler', schedulers, optimizer);
    this._last_lr = this.lrs();
  }

  override step(): void {
    for (const scheduler of this._schedulers) scheduler.step();
    this._last_lr = this.lrs();
  }
}
