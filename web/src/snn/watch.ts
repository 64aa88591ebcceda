// A model and its parts as the instruments see them, and one forward of it that changes nothing.

import { get_rng_state, nn, set_rng_state, Tensor, TorchError, _trace } from '../index.js';

export type Kind = 'linear' | 'selu' | 'relu' | 'tanh' | 'activation' | 'dropout' | 'alpha' | 'batch_norm' | 'same';

// A function, so that a bundler finds nothing to run here where only the theory is imported.
const classes = (): readonly (readonly [Kind, readonly (abstract new (...args: any[]) => nn.Module)[]])[] => [
  ['selu', [nn.SELU]],
  ['relu', [nn.ReLU]],
  ['tanh', [nn.Tanh]],
  ['alpha', [nn.AlphaDropout, nn.FeatureAlphaDropout]],
  ['dropout', [nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d]],
  ['batch_norm', [nn.BatchNorm1d, nn.BatchNorm2d]],
  ['same', [nn.Identity, nn.Flatten]],
  [
    'activation',
    [nn.ReLU6, nn.LeakyReLU, nn.PReLU, nn.ELU, nn.CELU, nn.GELU, nn.SiLU, nn.Mish, nn.Sigmoid, nn.LogSigmoid, nn.Softplus,
     nn.Softsign, nn.Tanhshrink, nn.Hardtanh, nn.Hardsigmoid, nn.Hardswish, nn.Hardshrink, nn.Softshrink, nn.Threshold],
  ],
];

/** The weight of a layer that mixes its inputs: 2 or more dimensions, outputs first. */
export function mixingWeight(module: nn.Module): nn.Parameter | undefined {
  const { weight } = module as { weight?: unknown };
  return weight instanceof nn.Parameter && weight.ndim >= 2 ? weight : undefined;
}

export function kindOf(module: nn.Module): Kind | undefined {
  return classes().find(([, of]) => of.some((Class) => module instanceof Class))?.[0] ?? (mixingWeight(module) && 'linear');
}

/** The rate of a dropout module. */
export const rateOf = (module: nn.Module): number => (module as { p?: number }).p ?? 0;

/** A module or an op, where it runs. */
export interface Step {
  readonly kind: Kind;
  /** The path of the module that it is, or that calls it. */
  readonly path: string;
  readonly module: nn.Module;
  /** The rate of a dropout. */
  readonly p: number;
  /** Whether it is a module of its own, not an op that a forward calls. */
  readonly own: boolean;
}

const kOps: readonly (readonly [Kind, RegExp])[] = [
  ['selu', /^selu_?$/],
  ['alpha', /^(feature_)?alpha_dropout_?$/],
  ['dropout', /^(feature_)?dropout_?$/],
  ['batch_norm', /^batch_norm$/],
  ['activation', /^(relu6?|leaky_relu|prelu|elu|celu|gelu|silu|mish|tanh|sigmoid|softplus|hardtanh|hardswish|hardsigmoid)_?$/],
];

const stepOf = (path: string, module: nn.Module): Step[] => {
  const kind = kindOf(module);
  return kind ? [{ kind, path, module, p: rateOf(module), own: true }] : [];
};

/** The modules of known kinds, in the order in which they were registered. */
export const registered = (model: nn.Module): Step[] =>
  [...model.named_modules()].flatMap(([path, module]) => stepOf(path, module));

/** The modules and ops of known kinds, in the order in which a forward in eval mode runs them. */
export function executed(model: nn.Module, inputs: readonly Tensor[]): Step[] {
  const steps: Step[] = [];
  const running: [path: string, module: nn.Module][] = [];
  undisturbed(model, true, (handles) => {
    model.eval();
    for (const [path, module] of model.named_modules()) {
      const enter = () => {
        running.push([path, module]);
        steps.push(...stepOf(path, module));
      };
      handles.push(module.register_forward_pre_hook(enter));
      handles.push(module.register_forward_hook(() => void running.pop()));
    }
    _trace(
      () => forward(model, inputs),
      ({ name, args }) => {
        const [path, module] = running.at(-1) ?? ['', model];
        if (kindOf(module)) return;
        const kind = kOps.find(([, names]) => names.test(name))?.[0];
        const p = kind === 'dropout' || kind === 'alpha' ? args[1]! : 0;
        if (kind) steps.push({ kind, path, module, p, own: false });
      },
    );
  });
  return steps;
}

/** The inputs as an array, checked. */
export function inputsOf(name: string, x: Tensor | readonly Tensor[]): Tensor[] {
  const inputs = x instanceof Tensor ? [x] : Array.isArray(x) ? [...(x as Tensor[])] : [];
  if (inputs.length > 0 && inputs.every((each) => each instanceof Tensor)) return inputs;
  throw new TorchError(`${name}: x must be a Tensor or an array of Tensors`, 'TypeError');
}

export function checkModel(name: string, model: unknown): asserts model is nn.Module {
  if (model instanceof nn.Module) return;
  throw new TorchError(`${name}: model must be an nn.Module`, 'TypeError');
}

/** The forward of `model`, which must not be asynchronous: hooks are taken off when it returns. */
export function forward(model: nn.Module, inputs: readonly Tensor[]): unknown {
  const output: unknown = model.forward(...inputs);
  if (!(output instanceof Promise)) return output;
  output.catch(() => undefined);
  throw new TorchError('an asynchronous forward cannot be watched', 'NotImplementedError');
}

/**
 * Runs `fn`; afterwards the training flags, the buffers and, with `rng`, the default generator are as
 * they were, and the hooks in `handles` are gone.
 */
export function undisturbed<R>(
  model: nn.Module,
  rng: boolean,
  fn: (handles: { remove(): void }[]) => R,
): R {
  const modes = [...model.modules()].map((module) => [module, module.training] as const);
  const buffers = [...model.buffers()].map((buffer) => [buffer, buffer.detach().clone()] as const);
  const state = rng ? get_rng_state() : undefined;
  const handles: { remove(): void }[] = [];
  try {
    return fn(handles);
  } finally {
    for (const handle of handles) handle.remove();
    for (const [module, training] of modes) module.training = training;
    for (const [buffer, before] of buffers) {
      buffer.detach().copy_(before);
      before.dispose();
    }
    if (state) {
      set_rng_state(state);
      state.dispose();
    }
  }
}
