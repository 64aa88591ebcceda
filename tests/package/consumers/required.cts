// Compiled, never run: a CommonJS module.
import torch = require('alphatorch');
import onnx = require('alphatorch/onnx');
import snn = require('alphatorch/snn');

export const y: torch.Tensor = new torch.nn.SELU().forward(torch.randn([2, 2]));
// @ts-expect-error the declarations are there, and strict
torch.selu('x');
export const file: Uint8Array = onnx.export(new torch.nn.SELU(), [torch.randn(2)]);
export const rate: number = snn.equal_noise_rate(0.1);
