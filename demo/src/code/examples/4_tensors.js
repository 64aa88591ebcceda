// Tensors print as in PyTorch, and their numbers are PyTorch's for the same seed.
import * as torch from 'alphatorch';

torch.manual_seed(0);
console.log(torch.randn(2, 3));

const m = new torch.nn.AlphaDropout(0.2);
console.log(m.forward(torch.randn(4, 8)));

const w = torch.tensor([1, 2, 3], { requires_grad: true });
w.square().sum().backward();
console.log(w.grad);
