// Compiled, never run: an ES module under TypeScript's strictest resolution, checking our declarations too.
import * as torch from 'alphatorch';
import { nn } from 'alphatorch';
import * as onnx from 'alphatorch/onnx';
import * as snn from 'alphatorch/snn';

export class Net extends torch.nn.Module {
  fc: torch.nn.Linear;
  constructor() {
    super();
    this.fc = new nn.Linear(2, 3);
  }
  override forward(x: torch.Tensor): torch.Tensor {
    return torch.selu(this.fc.forward(x));
  }
}
export const build: 'simd' | 'relaxed' = torch.info().build;
export const file: Uint8Array = onnx.export(new Net(), torch.ones(1, 2), { dynamic_axes: { input: [0] } });
export const findings: snn.Finding[] = snn.check(snn.lecun_normal_(new nn.Linear(2, 3)), torch.ones(1, 2));
export const layers: readonly snn.TracedLayer[] = snn.trace(new Net(), torch.ones(1, 2)).layers;
