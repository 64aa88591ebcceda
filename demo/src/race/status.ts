// What is said of a lane: one rule, the same for all.

export interface Situation {
  readonly epoch: number;
  readonly epochs: number;
  readonly running: boolean;
  /** The last measured share of the training set, and what guessing the largest class would get. */
  readonly train: number | undefined;
  readonly chance: number;
  readonly diverged: number | undefined;
  /** Why the lane's worker is gone. */
  readonly stopped: string | undefined;
}

export type Status = 'waiting' | 'training' | 'paused' | 'stalled' | 'diverged' | 'done' | 'stopped';

/** After this many epochs a network that is no better than chance plus this much has stalled. */
export const kStallEpochs = 10;
export const kStallMargin = 0.05;

/** A stalled lane goes on training and may recover; a diverged one stops: that is a result. */
export function statusOf(s: Situation): { status: Status; text: string } {
  if (s.stopped !== undefined) return { status: 'stopped', text: `stopped: ${s.stopped}` };
  if (s.diverged !== undefined) return { status: 'diverged', text: `diverged at step ${s.diverged}` };
  if (s.epoch >= kStallEpochs && s.train !== undefined && s.train < s.chance + kStallMargin) {
    return { status: 'stalled', text: 'stalled' };
  }
  if (s.epoch >= s.epochs) return { status: 'done', text: 'done' };
  if (s.running) return { status: 'training', text: 'training' };
  return s.epoch > 0 ? { status: 'paused', text: 'paused' } : { status: 'waiting', text: 'ready' };
}
