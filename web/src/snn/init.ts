// LeCun's initialisation, for a tensor, a layer, or a whole network.

import { nn, Tensor, TorchError, type Generator } from '../index.js';
import { check, type Finding } from './check.js';
import { checkModel, mixingWeight } from './watch.js';

interface Drawn {
  generator?: Generator | null;
}

/**
 * Fills a weight with draws from N(0, 1 / fan_in) (LeCun et al. 1998), or a layer's weight, and its bias
 * with zeros: with standardised inputs, what goes into SELU then has mean 0 and variance 1. The same
 * draws as `nn.init.kaiming_normal_(weight, { nonlinearity: 'linear' })`. Returns its argument.
 */
export function lecun_normal_<T extends Tensor | nn.Module>(target: T, { generator = null }: Drawn = {}): T {
  const weight = target instanceof nn.Module ? mixingWeight(target) : target;
  if (!(weight instanceof Tensor)) {
    const got = target instanceof nn.Module ? target.constructor.name : typeof target;
    throw new TorchError(
      `lecun_normal_: a tensor, or a layer with a weight of 2 or more dimensions, is needed, got ${got}`,
      'TypeError',
    );
  }
  nn.init.kaiming_normal_(weight, { mode: 'fan_in', nonlinearity: 'linear', generator });
  const { bias } = target as { bias?: unknown };
  if (target instanceof nn.Module && bias instanceof Tensor) nn.init.zeros_(bias);
  return target;
}

/**
 * {@link lecun_normal_} for every layer of a network, in the order of `model.modules()`; a weight that
 * layers share is drawn once. Nothing else is changed: what else keeps the network from
 * normalizing itself, the wrong dropout for one, comes back as {@link check}'s findings.
 */
export function make_self_normalizing(model: nn.Module, options: Drawn = {}): Finding[] {
  checkModel('make_self_normalizing', model);
  const done = new Set<Tensor>();
  for (const module of model.modules()) {
    const weight = mixingWeight(module);
    if (weight === undefined || done.has(weight)) continue;
    done.add(weight);
    lecun_normal_(module, options);
  }
  return check(model);
}
