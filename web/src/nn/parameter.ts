import { handle } from '../arguments.js';
import { call } from '../core.js';
import { keep } from '../memory.js';
import { Tensor } from '../tensor.js';

/**
 * A tensor that a module learns: assigned to a field of a {@link Module}, it is one of its
 * parameters. Shares the elements of `data`. No tidy() releases it.
 */
export class Parameter extends Tensor {
  constructor(data: Tensor, requires_grad = true) {
    const source = handle(data, 'Parameter', 'data');
    super(call((c) => c.detach(source)));
    keep(this);
    this.requires_grad = requires_grad;
  }

  override toString(): string {
    return `Parameter containing:\n${super.toString()}`;
  }
}
