// The example blocks of the documentation, as they stand.
import * as torch from 'alphatorch';
import { expect, test } from 'vitest';

class SNNWithAlphaDropout extends torch.nn.Module {
  fc1: torch.nn.Linear; alpha_dropout1: torch.nn.AlphaDropout;
  fc2: torch.nn.Linear; alpha_dropout2: torch.nn.AlphaDropout;
  fc3: torch.nn.Linear;
  constructor() {
    super();
    this.fc1 = new torch.nn.Linear(784, 256);
    this.alpha_dropout1 = new torch.nn.AlphaDropout(0.1);
    this.fc2 = new torch.nn.Linear(256, 128);
    this.alpha_dropout2 = new torch.nn.AlphaDropout(0.1);
    this.fc3 = new torch.nn.Linear(128, 10);
  }
  forward(x: torch.Tensor): torch.Tensor {
    x = torch.selu(this.fc1.forward(x));
    x = this.alpha_dropout1.forward(x);
    x = torch.selu(this.fc2.forward(x));
    x = this.alpha_dropout2.forward(x);
    return this.fc3.forward(x);
  }
}

class SNNWithRegularDropout extends torch.nn.Module {
  fc1: torch.nn.Linear; dropout1: torch.nn.Dropout;
  fc2: torch.nn.Linear; dropout2: torch.nn.Dropout;
  fc3: torch.nn.Linear;
  constructor() {
    super();
    this.fc1 = new torch.nn.Linear(784, 256);
    this.dropout1 = new torch.nn.Dropout(0.1);
    this.fc2 = new torch.nn.Linear(256, 128);
    this.dropout2 = new torch.nn.Dropout(0.1);
    this.fc3 = new torch.nn.Linear(128, 10);
  }
  forward(x: torch.Tensor): torch.Tensor {
    x = torch.selu(this.fc1.forward(x));
    x = this.dropout1.forward(x);
    x = torch.selu(this.fc2.forward(x));
    x = this.dropout2.forward(x);
    return this.fc3.forward(x);
  }
}

test('the dropout keeps mean and variance', () => {
  torch.manual_seed(0);
  const dropout = new torch.nn.AlphaDropout(0.1);
  const x = torch.randn([32, 512]);
  dropout.train();
  const out = dropout.forward(x);          // mean ≈ 0, variance ≈ 1

  const n = 32 * 512;
  expect(out.shape).toEqual([32, 512]);
  expect(Math.abs(out.mean().item())).toBeLessThan(4 / Math.sqrt(n));
  expect(Math.abs(out.var().item() - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  expect(torch.equal(out, x)).toBe(false);
});

test('both models compare on the same input', () => {
  const snn_model = new SNNWithAlphaDropout();
  const standard_model = new SNNWithRegularDropout();   // the same with Dropout

  const x = torch.randn([16, 784]);
  for (const model of [snn_model, standard_model]) {
    const y = model.forward(x);
    expect(y.shape).toEqual([16, 10]);
    expect(torch.isfinite(y).all().item()).toBe(true);
    y.pow(2).mean().backward();
    for (const [name, parameter] of model.named_parameters()) {
      expect(parameter.grad?.norm().item(), name).toBeGreaterThan(0);
    }
    model.eval();
    expect(torch.equal(model.forward(x), model.forward(x))).toBe(true);
  }
  expect([...snn_model.named_parameters()].map(([name]) => name)).toEqual([
    'fc1.weight',
    'fc1.bias',
    'fc2.weight',
    'fc2.bias',
    'fc3.weight',
    'fc3.bias',
  ]);
});

// The README's training loop; tests/package/readme.test.mjs runs it from the page itself.
test('a network learns sin 2x₀ · sin 2x₁', () => {
  const { nn, optim } = torch;
  torch.manual_seed(0);
  const x = torch.randn(256, 2);
  const y = x.mul(2).sin().prod(1, true);
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
  const losses: number[] = [];
  for (let step = 1; step <= 300; ++step) {
    const loss = model.forward(x).sub(y).pow(2).mean();
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    scheduler.step();
    losses.push(loss.item());
  }
  expect(losses[0]!).toBeGreaterThan(0.2);
  expect(losses.at(-1)!).toBeLessThan(0.04);
  expect(optimizer.param_groups[0]!.lr).toBeCloseTo(0, 12);
});
