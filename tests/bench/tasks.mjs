// What is measured: each task checks its result first, then is a function to time.

function assert(ok, what) {
  if (!ok) throw new Error(`bench: ${what} is wrong`);
}

const kMillion = 1 << 20;

/** The tasks, made with the library; `bytes` is what a copy of the same memory would move. */
export function tasks(torch) {
  const { nn } = torch;
  torch.manual_seed(1);
  const x = torch.keep(torch.randn(kMillion));
  const bytes = 4 * kMillion;
  const list = [];
  const add = (name, work, check, extra = {}) => {
    torch.tidy(() => assert(check(work()), name));
    list.push({ name, run: () => torch.tidy(() => void work()), ...extra });
  };
  const close = (value, expected, tolerance) => Math.abs(value - expected) <= tolerance;

  for (const n of [128, 256, 512]) {
    const a = torch.keep(torch.randn(n, n));
    const b = torch.keep(torch.randn(n, n));
    const one = torch.tidy(() => a.select(0, 0).mul(b.select(1, 0)).sum().item());
    add(`matmul ${n}`, () => torch.matmul(a, b), (c) => close(c.select(0, 0).select(0, 0).item(), one, 1e-3), {
      flops: 2 * n ** 3,
    });
  }
  add('selu 1M', () => torch.selu(x), (y) => close(y.mean().item(), 0, 0.005), { bytes });
  add('exp 1M', () => torch.exp(x), (y) => close(y.mean().item(), Math.exp(0.5), 0.02), { bytes });
  add(
    'alpha_dropout 1M',
    () => nn.functional.alpha_dropout(x, 0.1, true),
    (y) => close(y.mean().item(), 0, 0.005) && close(y.var().item(), 1, 0.01),
    { bytes },
  );
  add('rand 1M', () => torch.rand(kMillion), (y) => close(y.mean().item(), 0.5, 0.002), { bytes });
  add('randn 1M', () => torch.randn(kMillion), (y) => close(y.var().item(), 1, 0.01), { bytes });
  add('sum 1M', () => x.sum(), (y) => close(y.item() / kMillion, 0, 0.005), { bytes });
  add('var 1M', () => x.var(), (y) => close(y.item(), 1, 0.01), { bytes });
  const tiny = torch.keep(torch.ones(1));
  add('add, one element', () => torch.add(tiny, tiny), (y) => y.item() === 2);
  return list;
}
