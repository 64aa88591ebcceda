// Compiled, never run: a CommonJS module.
import torch = require('alphatorch');

export const y: torch.Tensor = new torch.nn.SELU().forward(torch.randn([2, 2]));
// @ts-expect-error the declarations are there, and strict
torch.selu('x');
