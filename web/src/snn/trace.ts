// What a network does to a batch, layer by layer, with what it should do beside it.

import { autograd, enable_grad, Generator, nn, no_grad, randn, Tensor, tidy, TorchError } from '../index.js';
import { bandOf, effectiveKind, factorOf, theoryOf } from './expected.js';
import type { Moments } from './moments.js';
import { meanSquare, momentsOf, saturation, spreadOf, valuesOf, type Measure, type TraceHistogram } from './statistics.js';
import { checkModel, forward, inputsOf, undisturbed } from './watch.js';

export interface TraceOptions {
  /** How many bins a histogram has; default 64. */
  bins?: number;
  /** What the histograms cover; default from the least to the greatest of the layer's values. */
  range?: readonly [low: number, high: number];
  /** Whether to run backward for the gradients; default true. */
  backward?: boolean;
  /** What backward starts from; default the outputs, weighted with fixed standard normal numbers. */
  loss?: (output: any) => Tensor;
  /** Whether to leave the default generator as it was, so that the masks come again; default true. */
  restore_rng?: boolean;
}

export interface TracedLayer extends Moments {
  /** The module's path in the model; '' for the input. */
  readonly name: string;
  /** The module's class. */
  readonly type: string;
  readonly shape: readonly number[];
  readonly histogram: TraceHistogram;
  /** How many values are infinite or NaN: they are in no statistic but in mean and variance. */
  readonly nonfinite: number;
  /** The share of values where the slope of SELU, ReLU or tanh is below 0.05; undefined elsewhere. */
  readonly saturated?: number;
  /** The mean square of the gradient with respect to these values, where there is one. */
  gradient?: number;
  /** What theory says: of what the layer's input should be, not of what it is. */
  readonly theory?: Moments;
  /** What theory says of {@link gradient}, from the one at the output. */
  theory_gradient?: number;
  /** Half-widths of the 95 % band around `theory`, where it is (0, 1). */
  readonly band?: Moments;
}

export interface Trace {
  readonly input: TracedLayer;
  /** The modules without children, in the order in which they ran. */
  readonly layers: readonly TracedLayer[];
}

interface Record {
  readonly layer: TracedLayer;
  /** The record whose output went in. */
  readonly from: Record | undefined;
  /** How many records its output went into. */
  uses: number;
  /** Of the mean square of the gradient, from the output to the input. */
  readonly factor: number | undefined;
  /** Whether the mask of an AlphaDropout lies behind it. */
  readonly masked: boolean;
}

/**
 * Runs `model.forward(x)` as the model stands, and backward, and returns the statistics of what each
 * module without children puts out. Theory is the mean field, from the measured moments of the input
 * and the measured second moment of the weights, through linear layers, SELU, ReLU, tanh and the dropouts;
 * behind anything else it starts again from what is measured. What a forward computes by functions, and not
 * by modules, is not seen.
 *
 * The model is left as it was: training flags, buffers, gradients, hooks, and the default
 * generator; all tensors made are released.
 *
 * @param x the input, or all inputs in an array; statistics and theory are of the first
 */
export function trace(model: nn.Module, x: Tensor | readonly Tensor[], options: TraceOptions = {}): Trace {
  checkModel('trace', model);
  const inputs = inputsOf('trace', x);
  const { bins = 64, range, backward = true, loss, restore_rng = true } = options;
  if (!(Number.isInteger(bins) && bins > 0)) {
    throw new TorchError(`trace: bins must be an integer > 0, got ${bins}`, 'ValueError');
  }
  if (range && !(range[0] < range[1])) {
    throw new TorchError(`trace: range must be [low, high] with low < high, got [${range}]`, 'ValueError');
  }
  const measure = { bins, range };
  const records: Record[] = [];
  return tidy(() =>
    undisturbed(model, restore_rng, (handles) =>
      (backward ? enable_grad : no_grad)(() => {
        const leaves = inputs.map((input) => leafOf(input, backward));
        const made = new Map<unknown, Record>();
        const first = recordOf('', undefined, leaves[0]!, undefined, measure);
        made.set(leaves[0], first);
        for (const [name, module] of model.named_modules()) {
          if (!module.children().next().done) continue;
          handles.push(
            module.register_forward_hook((_module, args, output) => {
              const y: unknown = output;
              if (!(y instanceof Tensor) || !y.dtype.is_floating_point) return;
              const from = made.get((args as unknown[])[0]);
              const record = recordOf(name, module, y, from ?? unseen((args as unknown[])[0], measure), measure);
              if (from) from.uses += 1;
              made.set(y, record);
              records.push(record);
              if (backward && y.requires_grad) watchGradient(y, record, handles);
            }),
          );
        }
        const output = forward(model, leaves);
        if (backward) differentiate(model, leaves, output, loss);
        expectGradients(records, first);
        return { input: first.layer, layers: records.map(({ layer }) => layer) };
      }),
    ),
  );
}

/** An input that backward leads to, and that is nobody else's. */
function leafOf(input: Tensor, backward: boolean): Tensor {
  const leaf = input.detach();
  if (backward && leaf.dtype.is_floating_point) leaf.requires_grad = true;
  return leaf;
}

function watchGradient(y: Tensor, record: Record, handles: { remove(): void }[]): void {
  handles.push(
    y.register_hook((grad: Tensor) => {
      record.layer.gradient = meanSquare(grad);
    }),
  );
}

// By autograd.grad, which leaves every .grad alone.
function differentiate(model: nn.Module, leaves: Tensor[], output: unknown, loss: TraceOptions['loss']): void {
  const targets = [...leaves, ...model.parameters()].filter((x) => x.requires_grad);
  const root = loss ? loss(output) : output instanceof Tensor ? output : [output].flat()[0];
  if (!(root instanceof Tensor)) {
    throw new TorchError('trace: forward must return a Tensor, or loss must make one of what it returns', 'TypeError');
  }
  if (!root.requires_grad || targets.length === 0) return;
  const weights = loss ? undefined : randn(root.shape, { generator: new Generator().manual_seed(0), dtype: root.dtype });
  autograd.grad(root, targets, { grad_outputs: weights ?? null, allow_unused: true });
}

const finite = ({ mean, variance }: Moments): boolean => Number.isFinite(mean) && Number.isFinite(variance);

function recordOf(
  name: string,
  module: nn.Module | undefined,
  y: Tensor,
  from: Record | undefined,
  measure: Measure,
): Record {
  const kind = module && effectiveKind(module);
  const values = y.dtype.is_floating_point ? valuesOf(y) : new Float64Array();
  const before = from?.layer.theory ?? from?.layer;
  const theory = module && before && finite(before) ? theoryOf(kind, module, before) : undefined;
  const masked = (from?.masked ?? false) || kind === 'alpha';
  const layer: TracedLayer = {
    name,
    type: module ? module.constructor.name : 'input',
    shape: [...y.shape],
    ...momentsOf(values),
    ...spreadOf(values, measure),
    saturated: saturation(kind, values),
    theory,
    band: theory && bandOf(theory, y.shape, masked),
  };
  const factor = module && before && finite(before) ? factorOf(kind, module, before) : undefined;
  return { layer, from, uses: 0, factor, masked };
}

/** What was made by no module that was seen: measured, with no past. */
function unseen(x: unknown, measure: Measure): Record | undefined {
  if (!(x instanceof Tensor) || !x.dtype.is_floating_point) return undefined;
  return recordOf('', undefined, x, undefined, measure);
}

/** Back from the last layer's, as long as nothing else used a layer's output. */
function expectGradients(records: readonly Record[], first: Record): void {
  const last = records.at(-1);
  if (last) last.layer.theory_gradient = last.layer.gradient;
  for (const { layer, from, factor } of [...records].reverse()) {
    if (!from || from.uses !== 1 || from === first || factor === undefined) continue;
    if (layer.theory_gradient !== undefined) from.layer.theory_gradient = layer.theory_gradient * factor;
  }
}
