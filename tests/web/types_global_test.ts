// Compiled, never run: after the script tag, `torch` is a global with all its types. This file is a
// script, not a module.
/// <reference types="alphatorch" />

class NetOfTag extends torch.nn.Module {
  fc1: torch.nn.Linear;
  drop = new torch.nn.AlphaDropout(0.1);
  constructor() {
    super();
    this.fc1 = new torch.nn.Linear(4, 2);
  }
  override forward(x: torch.Tensor): torch.Tensor {
    return this.drop.forward(torch.selu(this.fc1.forward(x)));
  }
}

function trainedOfTag(net: NetOfTag): number {
  const optimizer: torch.optim.Optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1 });
  const schedule: torch.optim.lr_scheduler.LRScheduler = new torch.optim.lr_scheduler.StepLR(
    optimizer,
    { step_size: 3 },
  );
  const loss: torch.Tensor = optimizer.step(() => net.forward(torch.ones(1, 4)).sum());
  schedule.step();
  // @ts-expect-error no such option
  new torch.optim.Adam(net.parameters(), { learning_rate: 0.1 });
  return loss.item() + optimizer.param_groups[0]!.lr;
}
void trainedOfTag;

function typedOfTag(): number {
  const y: torch.Tensor = new NetOfTag().forward(torch.ones([1, 4]));
  // @ts-expect-error a string is no tensor
  torch.selu('x');
  return y.sum().item();
}
void typedOfTag;
