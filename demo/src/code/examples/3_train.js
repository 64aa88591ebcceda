// PyTorch's training loop, line by line.
import * as torch from 'alphatorch';
const { nn, optim } = torch;

torch.manual_seed(0);
const x = torch.randn(256, 2);
const y = x.mul(2).sin().prod(1, true); // sin 2x₀ · sin 2x₁
const model = new nn.Sequential(
  new nn.Linear(2, 64),
  new nn.SELU(),
  new nn.AlphaDropout(0.01),
  new nn.Linear(64, 64),
  new nn.SELU(),
  new nn.Linear(64, 1),
);
const optimizer = new optim.AdamW(model.parameters(), { lr: 0.01 });
const scheduler = new optim.lr_scheduler.CosineAnnealingLR(optimizer, 300);

for (let step = 1; step <= 300; ++step) {
  const loss = nn.functional.mse_loss(model.forward(x), y);
  optimizer.zero_grad();
  loss.backward();
  optimizer.step();
  scheduler.step();
  if (step % 100 === 0) console.log(step, loss.item());
}
