// A self-normalizing network, and the same with ordinary dropout.
import * as torch from 'alphatorch';
const { nn } = torch;

class SNNWithAlphaDropout extends nn.Module {
  constructor() {
    super();
    this.fc1 = new nn.Linear(784, 256);
    this.alpha_dropout1 = new nn.AlphaDropout(0.1);
    this.fc2 = new nn.Linear(256, 128);
    this.alpha_dropout2 = new nn.AlphaDropout(0.1);
    this.fc3 = new nn.Linear(128, 10);
    for (const fc of [this.fc1, this.fc2, this.fc3]) {
      nn.init.kaiming_normal_(fc.weight, { mode: 'fan_in', nonlinearity: 'linear' }); // LeCun
      nn.init.zeros_(fc.bias);
    }
  }
  forward(x) {
    x = torch.selu(this.fc1.forward(x));
    x = this.alpha_dropout1.forward(x);
    x = torch.selu(this.fc2.forward(x));
    x = this.alpha_dropout2.forward(x);
    return this.fc3.forward(x);
  }
}

class SNNWithRegularDropout extends SNNWithAlphaDropout {
  constructor() {
    super();
    this.alpha_dropout1 = new nn.Dropout(0.1);
    this.alpha_dropout2 = new nn.Dropout(0.1);
  }
}

torch.manual_seed(0);
const snn_model = new SNNWithAlphaDropout();
torch.manual_seed(0);
const standard_model = new SNNWithRegularDropout();

const x = torch.randn([256, 784]);
for (const model of [snn_model, standard_model]) {
  const y = model.forward(x);
  console.log(y.shape, y.mean().item(), y.var().item());
}
console.log(snn_model);
