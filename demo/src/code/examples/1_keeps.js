// AlphaDropout keeps mean 0 and variance 1; Dropout stretches the variance to 1 / (1 - p).
import * as torch from 'alphatorch';

torch.manual_seed(0);
const dropout = new torch.nn.AlphaDropout(0.1);
const x = torch.randn([32, 512]);
dropout.train();
const out = dropout.forward(x);
console.log('AlphaDropout', out.mean().item(), out.var().item());

const stretched = new torch.nn.Dropout(0.1).forward(x);
console.log('Dropout', stretched.mean().item(), stretched.var().item());
console.log(out);
