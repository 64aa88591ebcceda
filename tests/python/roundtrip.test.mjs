// Weights and training state go to real PyTorch and come back, with the same outputs.
import * as torch from 'alphatorch';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const { nn, optim } = torch;
const folder = mkdtempSync(join(tmpdir(), 'alphatorch-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `code` in Debian's Python, in the folder of the files. */
function python(code) {
  const { status, stdout, stderr, error } = spawnSync('/usr/bin/python3', ['-W', 'ignore', '-c', code], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (error || status !== 0) throw new Error(stderr || String(error ?? status));
  return stdout.trim();
}
const put = (name, bytes) => writeFileSync(join(folder, name), bytes);
const get = (name) => readFileSync(join(folder, name));

const kNet = `
import numpy as np, torch
from torch import nn
torch.manual_seed(1)
net = nn.Sequential(nn.Linear(4, 8), nn.SELU(), nn.BatchNorm1d(8), nn.AlphaDropout(0.1), nn.Linear(8, 3))
adam = torch.optim.Adam(net.parameters(), lr=0.01, weight_decay=0.1, amsgrad=True)
def train(x, steps):
    net.eval()
    for _ in range(steps):
        adam.zero_grad()
        net(x).square().mean().backward()
        adam.step()
`;
function made() {
  const net = new nn.Sequential(
    new nn.Linear(4, 8),
    new nn.SELU(),
    new nn.BatchNorm1d(8),
    new nn.AlphaDropout(0.1),
    new nn.Linear(8, 3),
  );
  return { net, adam: new optim.Adam(net.parameters(), { lr: 0.01, weight_decay: 0.1, amsgrad: true }) };
}
function train({ net, adam }, x, steps) {
  net.eval();
  for (let i = 0; i < steps; ++i) {
    adam.zero_grad();
    net.forward(x).square().mean().backward();
    adam.step();
  }
}
const close = (a, b) => expect(a.sub(b).abs().amax().item()).toBeLessThan(1e-6);

test('.pt: a training goes from here to PyTorch and goes on', () => {
  torch.manual_seed(0);
  const ours = made();
  const x = torch.randn(5, 4);
  train(ours, x, 3);
  put('here.pt', torch.save({ model: ours.net.state_dict(), optimizer: ours.adam.state_dict(), x }));
  python(`${kNet}
saved = torch.load("here.pt")
print(net.load_state_dict(saved["model"]))
adam.load_state_dict(saved["optimizer"])
before = net.eval()(saved["x"]).detach()
train(saved["x"], 4)
torch.save({"before": before, "after": net(saved["x"]).detach(), "optimizer": adam.state_dict()}, "there.pt")`);
  const { before, after, optimizer } = torch.load(get('there.pt'));
  close(ours.net.forward(x), before);
  train(ours, x, 4);
  close(ours.net.forward(x), after);
  const mine = ours.adam.state_dict();
  expect(Object.keys(optimizer.state)).toEqual(Object.keys(mine.state));
  for (const [i, state] of Object.entries(mine.state)) {
    for (const [name, value] of Object.entries(state)) close(value, optimizer.state[i][name]);
  }
});

test('.pt: a training goes from PyTorch to here and goes on', () => {
  python(`${kNet}
x = torch.randn(5, 4)
train(x, 3)
torch.save({"model": net.state_dict(), "optimizer": adam.state_dict(), "x": x, "y": net(x).detach()}, "model.pth")
train(x, 4)
torch.save(net(x).detach(), "later.pth")`);
  const { model, optimizer, x, y } = torch.load(get('model.pth'));
  const ours = made();
  ours.net.load_state_dict(model);
  ours.adam.load_state_dict(optimizer);
  close(ours.net.eval().forward(x), y);
  train(ours, x, 4);
  close(ours.net.forward(x), torch.load(get('later.pth')));
});

test('.pt: every value and dtype arrives as what it was', () => {
  put('values.pt', torch.save({
    numbers: [1, -1, 2 ** 40, 0.5, 2n ** 70n, -(2n ** 63n), -0, 1e300],
    text: 'ä☃',
    flags: [true, false, null],
    map: new Map([[3, 'three']]),
    tensors: [torch.float32, torch.float64, torch.int64, torch.int32, torch.uint8, torch.bool].map((dtype) =>
      torch.tensor([0, 1, 1], { dtype }),
    ),
    turned: torch.arange(6).reshape(2, 3).t(),
    scalar: torch.tensor(2),
    empty: torch.zeros(0, 2),
    parameter: new nn.Parameter(torch.ones(2)),
  }));
  expect(python(`
import torch
v = torch.load("values.pt")
print(v["numbers"], v["text"] == "\\u00e4\\u2603", v["flags"], v["map"])
print([str(t.dtype)[6:] for t in v["tensors"]], all(t.tolist() == [0, 1, 1] for t in v["tensors"]))
print(v["turned"].tolist(), v["turned"].stride(), v["scalar"].item(), tuple(v["empty"].shape), type(v["parameter"]).__name__)`).split('\n')).toEqual([
    '[1, -1, 1099511627776, 0.5, 1180591620717411303424, -9223372036854775808, -0.0, 1e+300] True [True, False, None] {3: \'three\'}',
    "['float32', 'float64', 'int64', 'int32', 'uint8', 'bool'] True",
    '[[0, 3], [1, 4], [2, 5]] (1, 3) 2.0 (0, 2) Parameter',
  ]);
});

test('.npy and .npz go to NumPy and come back', () => {
  put('x.npy', torch.numpy.save(torch.arange(6).reshape(2, 3)));
  put('all.npz', torch.numpy.savez({ 'fc.weight': torch.eye(2), bias: torch.tensor([true]) }));
  expect(python(`
import numpy as np
x = np.load("x.npy"); z = np.load("all.npz")
print(x.dtype, x.tolist(), sorted(z.files), z["fc.weight"].tolist(), z["bias"])
np.save("y.npy", np.asfortranarray(x * 2)); np.savez_compressed("y.npz", x, half=np.float16([0.5, 65504]))`)).toBe(
    "int64 [[0, 1, 2], [3, 4, 5]] ['bias', 'fc.weight'] [[1.0, 0.0], [0.0, 1.0]] [ True]",
  );
  expect(torch.numpy.load(get('y.npy')).tolist()).toEqual([[0, 2, 4], [6, 8, 10]]);
  const { arr_0, half } = torch.numpy.load(get('y.npz'));
  expect([arr_0.tolist(), half.tolist()]).toEqual([[[0, 1, 2], [3, 4, 5]], [0.5, 65504]]);
});
