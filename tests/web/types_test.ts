// Compiled, never run: what an importing user's code has for types.
import * as torch from 'alphatorch';
import { nn, Tensor } from 'alphatorch';

class Net extends torch.nn.Module {
  fc1: torch.nn.Linear;
  drop: torch.nn.AlphaDropout;
  extra: torch.nn.Parameter | null = null;
  constructor() {
    super();
    this.fc1 = new torch.nn.Linear(784, 256);
    this.drop = new nn.AlphaDropout({ p: 0.1, inplace: true });
  }
  override forward(x: torch.Tensor): torch.Tensor {
    return this.drop.forward(torch.selu(this.fc1.forward(x)));
  }
}

export function typed(): void {
  const x: Tensor = torch.randn([2, 784], { requires_grad: true, dtype: torch.float32 });
  const y: torch.Tensor = new Net().forward(x);
  const shape: readonly number[] = y.shape;
  const value: number = y.sum().item();
  const floats: Float32Array = y.toArray();
  const integers: BigInt64Array = y.long().toArray<BigInt64Array>();
  const grad: torch.Tensor | null = x.grad;
  const { values, indices }: { values: Tensor; indices: Tensor } = y.max(1);
  const [a, b]: Tensor[] = y.split(1);
  const chained: Tensor = y.add(1).mul_(2).clamp({ min: 0 }).mean(0, true).view(-1).uniform_(0, 1);
  const named: [string, torch.nn.Parameter][] = [...new Net().named_parameters()];
  const dtype: torch.dtype = y.dtype;
  const back: string = torch.tidy(() => String(y));
  const later: Promise<number> = torch.tidy(async () => 1);
  const filled: torch.nn.Parameter = nn.init.kaiming_normal_(new Net().fc1.weight, {
    nonlinearity: 'linear',
  });
  void [
    shape,
    value,
    floats,
    integers,
    grad,
    values,
    indices,
    a,
    b,
    chained,
    named,
    dtype,
    back,
    later,
    filled,
  ];

  // @ts-expect-error a string is no tensor
  torch.selu('x');
  // @ts-expect-error 'axis' is no option of sum
  y.sum({ axis: 0 });
  // @ts-expect-error nothing is called so
  y.no_such_op();
  // @ts-expect-error shapes are frozen
  y.shape[0] = 3;
  // @ts-expect-error a, b and alpha_prime can only be read
  new nn.AlphaDropout(0.1).a = 1;
  // @ts-expect-error matrix products take no numbers
  y.matmul(2);
  // @ts-expect-error no such nonlinearity
  nn.init.calculate_gain('swish');
  // @ts-expect-error fields have their types
  new Net().fc1 = new nn.SELU();
}
