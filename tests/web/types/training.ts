// Compiled, never run: autograd, modules, losses, initialisation, optimizers, data, files.
import * as torch from 'alphatorch';
import { nn, optim, utils, type Tensor } from 'alphatorch';

const { autograd } = torch;
const F = nn.functional;

class Twice extends autograd.Function {
  static override forward(ctx: torch.autograd.FunctionCtx, x: Tensor): Tensor {
    ctx.save_for_backward(x);
    return x.mul(2);
  }
  static override backward(ctx: torch.autograd.FunctionCtx, g: Tensor): Tensor {
    return g.mul(ctx.saved_tensors.length);
  }
}

export function graphs(x: Tensor, y: Tensor): unknown[] {
  const tensors: Tensor[] = [
    Twice.apply(x), torch.no_grad(() => x), torch.enable_grad(() => x), torch.set_grad_enabled(true, () => x),
    torch.inference_mode(() => x), x.requires_grad_(), autograd.detect_anomaly(() => x), autograd.no_grad(() => x),
    autograd.enable_grad(() => x), autograd.set_grad_enabled(false, () => x), autograd.inference_mode(true, () => x),
  ];
  const truths: boolean[] = [
    torch.is_grad_enabled(), torch.is_inference_mode_enabled(), torch.is_anomaly_enabled(),
    autograd.is_grad_enabled(), autograd.is_inference_mode_enabled(), autograd.is_anomaly_enabled(),
    autograd.gradcheck((a: Tensor) => a.exp(), x, { eps: 1e-6 }), autograd.gradgradcheck((a: Tensor) => a, [x]),
  ];
  const modes: torch.autograd.GradMode[] = [torch.no_grad(), torch.enable_grad(), torch.set_grad_enabled(false)];
  const inference: torch.autograd.InferenceMode = torch.inference_mode();
  const anomaly: torch.autograd.AnomalyMode = autograd.set_detect_anomaly(true);
  x.backward();
  x.backward(y, { retain_graph: true });
  autograd.backward([x], [y], { create_graph: true });
  const grads: (Tensor | null)[] = [...autograd.grad(x, [y], { allow_unused: true }), x.grad];
  const name: string | undefined = x.grad_fn?.name();
  const handle: torch.autograd.RemovableHandle = x.register_hook((g) => g.mul(2));
  handle.remove();
  x.retain_grad();
  const { jacobian, hessian, vjp, jvp, hvp, vhp } = autograd.functional;
  const derivatives = [
    jacobian((a) => a, x), hessian((a) => a.sum(), [x]), vjp((a) => a, x, y), jvp((a) => a, x, y),
    hvp((a) => a.sum(), x, y), vhp((a) => a.sum(), [x], [y], { strict: true }),
  ];
  const errors = [new autograd.GradcheckError('text'), new torch.TorchError('text')];
  return [tensors, truths, modes, inference, anomaly, grads, name, derivatives, errors];
}

export function networks(): nn.Module[] {
  const linear = new nn.Linear(2, 3, { bias: false });
  return [
    linear, new nn.Identity(), new nn.SELU(true), new nn.ReLU(), new nn.ReLU6(), new nn.SiLU(), new nn.Mish(),
    new nn.Hardsigmoid(), new nn.Hardswish(), new nn.Sigmoid(), new nn.Tanh(), new nn.LogSigmoid(), new nn.ELU(1),
    new nn.CELU({ alpha: 2 }), new nn.LeakyReLU(0.1), new nn.Hardtanh(-1, 1), new nn.GELU('tanh'), new nn.Softplus(1),
    new nn.Hardshrink(0.5), new nn.Softshrink(), new nn.Threshold(0, 1), new nn.Softmax(1), new nn.LogSoftmax(1),
    new nn.Softmin(1), new nn.Softsign(), new nn.Tanhshrink(), new nn.GLU(), new nn.PReLU(),
    new nn.Dropout(0.1), new nn.Dropout1d(), new nn.Dropout2d({ p: 0.1 }), new nn.Dropout3d(0.1, true),
    new nn.AlphaDropout(0.1), new nn.FeatureAlphaDropout({ p: 0.1, inplace: true }),
    new nn.BatchNorm1d(4), new nn.BatchNorm2d(4, { momentum: 0.2 }), new nn.LayerNorm([4]),
    new nn.Sequential(linear, new nn.Flatten(1)), new nn.ModuleList([linear]), new nn.ModuleDict({ linear }),
    new nn.ParameterList([torch.ones(2)]), new nn.ParameterDict({ w: new nn.Parameter(torch.ones(2)) }),
    new nn.MSELoss(), new nn.L1Loss({ reduction: 'sum' }), new nn.SmoothL1Loss({ beta: 2 }), new nn.HuberLoss(),
    new nn.KLDivLoss({ reduction: 'batchmean' }), new nn.HingeEmbeddingLoss(), new nn.SoftMarginLoss(),
    new nn.PoissonNLLLoss(), new nn.NLLLoss(), new nn.CrossEntropyLoss({ label_smoothing: 0.1 }), new nn.BCELoss(),
    new nn.BCEWithLogitsLoss({ pos_weight: torch.ones(1) }), new nn.MarginRankingLoss(), new nn.CosineEmbeddingLoss(),
    new nn.TripletMarginLoss({ margin: 2 }),
  ];
}

export function losses(x: Tensor, t: Tensor): Tensor[] {
  return [
    F.linear(x, t, null), F.batch_norm(x, null, null, { training: true }), F.layer_norm(x, [4], { eps: 1e-3 }),
    F.mse_loss(x, t, { reduction: 'none' }), F.l1_loss(x, t), F.smooth_l1_loss(x, t), F.huber_loss(x, t, { delta: 2 }),
    F.nll_loss(x, t, { ignore_index: 0 }), F.cross_entropy(x, t, { label_smoothing: 0.1 }),
    F.binary_cross_entropy(x, t), F.binary_cross_entropy_with_logits(x, t), F.kl_div(x, t, { log_target: true }),
    F.hinge_embedding_loss(x, t), F.soft_margin_loss(x, t), F.poisson_nll_loss(x, t), F.margin_ranking_loss(x, x, t),
    F.cosine_embedding_loss(x, x, t), F.triplet_margin_loss(x, x, x),
  ];
}

export function initialised(w: nn.Parameter): unknown[] {
  const { init } = nn;
  const filled: nn.Parameter[] = [
    init.uniform_(w, 0, 1), init.normal_(w), init.trunc_normal_(w, { std: 0.02 }), init.constant_(w, 1), init.ones_(w),
    init.zeros_(w), init.eye_(w), init.dirac_(w), init.sparse_(w, 0.5), init.orthogonal_(w),
    init.xavier_uniform_(w), init.xavier_normal_(w), init.kaiming_uniform_(w), init.kaiming_normal_(w),
  ];
  const numbers: number[] = [init.calculate_gain('selu'), ...init.calculate_fan_in_and_fan_out(w)];
  const norm: Tensor = nn.utils.clip_grad_norm_([w], 1);
  nn.utils.clip_grad_value_([w], 1);
  const vector: Tensor = nn.utils.parameters_to_vector([w]);
  nn.utils.vector_to_parameters(vector, [w]);
  return [filled, numbers, norm];
}

export function optimized(w: nn.Parameter): unknown[] {
  const sgd = new optim.SGD([w], { lr: 0.1, momentum: 0.9 });
  const optimizers: optim.Optimizer[] = [
    sgd, new optim.Adam([w]), new optim.AdamW([{ params: [w], lr: 0.1 }]), new optim.Adagrad([w]),
    new optim.Adamax([w]), new optim.NAdam([w]), new optim.RAdam([w]), new optim.RMSprop([w]),
  ];
  const s = optim.lr_scheduler;
  const schedulers: optim.lr_scheduler.LRScheduler[] = [
    new s.StepLR(sgd, 3), new s.MultiStepLR(sgd, [1, 2]), new s.ConstantLR(sgd), new s.LinearLR(sgd),
    new s.ExponentialLR(sgd, 0.9), new s.PolynomialLR(sgd), new s.LambdaLR(sgd, (epoch) => 1 / epoch),
    new s.MultiplicativeLR(sgd, () => 0.9), new s.CosineAnnealingLR(sgd, 10), new s.OneCycleLR(sgd, 0.1, 100),
    new s.CosineAnnealingWarmRestarts(sgd, 10), new s.CyclicLR(sgd, 0.1, 0.2), new s.ReduceLROnPlateau(sgd, 'min'),
    new s.ChainedScheduler([new s.StepLR(sgd, 3)]), new s.SequentialLR(sgd, [new s.StepLR(sgd, 3)], []),
  ];
  return [optimizers, schedulers];
}

class Squares extends utils.data.Dataset<number> {
  override get length(): number {
    return 3;
  }
  override at(index: number): number {
    return index ** 2;
  }
}

export async function data(x: Tensor, model: nn.Module, optimizer: optim.Optimizer): Promise<unknown[]> {
  const { data } = utils;
  const whole = new data.TensorDataset(x, x);
  const datasets: utils.data.Dataset[] = [
    new Squares(), new data.Subset(whole, [0]), new data.ConcatDataset([whole, whole]),
    ...data.random_split(whole, [1, 1]),
  ];
  const samplers: Iterable<unknown>[] = [
    new data.SequentialSampler(whole), new data.RandomSampler(whole), new data.SubsetRandomSampler([0, 1]),
    new data.WeightedRandomSampler([0.5, 1], 2), new data.BatchSampler(new data.SequentialSampler(whole), 2, false),
  ];
  const loader = new data.DataLoader<[Tensor, Tensor]>(whole, { batch_size: 2, shuffle: true });
  for await (const [input] of loader) void input;
  const collated = [data.default_collate([1, 2]), data.default_convert([1])];
  const abstract = [data.IterableDataset, data.Sampler, optim.Optimizer, optim.lr_scheduler.LRScheduler, nn.Module];
  await utils.pause();
  const loss: number = await utils.train({ model, loss: F.mse_loss, optimizer, loader, epochs: 2 });
  return [datasets, samplers, collated, abstract, loss];
}

export async function outside(x: Tensor, bytes: ArrayBuffer): Promise<unknown[]> {
  const files: Uint8Array[] = [
    torch.save({ x }), torch.safetensors.save({ x }), torch.numpy.save(x), torch.numpy.savez({ x }),
  ];
  const states: unknown[] = [
    torch.load(bytes), torch.safetensors.load(bytes), torch.safetensors.metadata(bytes), torch.numpy.load(bytes),
    torch.safetensors.unflatten_state_dict(...torch.safetensors.flatten_state_dict({ x })),
  ];
  const generator: torch.Generator = torch.manual_seed(0n);
  const seeds: (number | bigint)[] = [torch.seed(), torch.initial_seed()];
  torch.set_rng_state(torch.get_rng_state());
  torch.set_printoptions({ precision: 2 });
  torch.onwarning((text: string) => void text);
  torch.debug_memory(true);
  const { threads }: torch.Info = await torch.init();
  const { build }: torch.Info = torch.info();
  torch.set_num_threads(Math.max(torch.get_num_threads(), 1));
  const { live_tensors }: torch.Memory = torch.memory();
  const kept: Tensor = torch.tidy(() => torch.keep(x));
  return [files, states, generator, seeds, threads, build, live_tensors, kept];
}
