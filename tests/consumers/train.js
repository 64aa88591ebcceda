// What every consumer does: ten steps of training, and what the library says of itself.
import * as torch from 'alphatorch';

const { nn } = torch;

export function train() {
  torch.manual_seed(0);
  const x = torch.randn(64, 16);
  const y = x.narrow(1, 0, 1).mul(2).sin();
  const model = new nn.Sequential(
    new nn.Linear(16, 32),
    new nn.SELU(),
    new nn.AlphaDropout(0.1),
    new nn.Linear(32, 1),
  );
  const optimizer = new torch.optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9 });
  const losses = [];
  for (let step = 0; step < 10; ++step) {
    optimizer.zero_grad();
    const loss = nn.functional.mse_loss(model.forward(x), y);
    loss.backward();
    optimizer.step();
    losses.push(loss.item());
  }
  return losses;
}

/** Trains with what is there on the first line, and again once the threads are up. */
export async function report() {
  const first = train();
  let info = await torch.init();
  // On a busy machine workers come later than init() waits.
  for (let looks = 200; looks > 0 && info.reason.includes('not started yet'); --looks) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    info = torch.info();
  }
  return { first, again: train(), info };
}
