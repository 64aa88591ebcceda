// The linter of self-normalizing networks: what keeps a model from normalizing itself, and the fix.

import { is_grad_enabled, nn, no_grad, tidy, type Tensor } from '../index.js';
import { depth_scale, dropout_mask, equal_noise_rate, masked_moments } from './dropout.js';
import { linear_variance } from './mean_field.js';
import { activation_moments, ALPHA_PRIME, type Moments } from './moments.js';
import { meanSquare, momentsOf, valuesOf } from './statistics.js';
import { checkModel, executed, inputsOf, mixingWeight, registered, type Step } from './watch.js';

/** What {@link check} looks at. */
export type Rule =
  | 'activation'
  | 'init'
  | 'dropout'
  | 'alpha_dropout'
  | 'depth'
  | 'batch_norm'
  | 'input'
  | 'training';

export interface Finding {
  readonly rule: Rule;
  /** The path of the module; '' for the model or its input. */
  readonly module: string;
  /** What is wrong, with what was measured. */
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
}

export interface CheckOptions {
  /**
   * Whether the model is about to be evaluated, so that it is wrong if it still drops. Default: where
   * gradients are not recorded (`torch.no_grad`), as one evaluates; a model that is about to be
   * trained is right in training mode.
   */
  evaluation?: boolean;
}

/**
 * What keeps a network from normalizing itself, each with its explanation and the fix in code; an empty
 * array for a right one. To be called before training: weights are judged as initialisation.
 *
 * - `activation`: nothing in it is SELU
 * - `init`: the weights in front of a SELU are not LeCun's, by a z-test of their second moment at 5
 *   standard deviations, and so far off that the variance leaves [0.8, 1.25], where it is known to recover
 *   (theorems 2 and 3 of Klambauer et al. 2017)
 * - `dropout`: ordinary dropout in a SELU network
 * - `alpha_dropout`: AlphaDropout after another activation than SELU
 * - `depth`: more noise than the depth bears, 4 ξ(p); see {@link depth_scale}
 * - `batch_norm`: batch normalization behind the first layer
 * - `input`: `x` is not standardised
 * - `training`: the model drops, or normalizes by the batch, where it is evaluated
 *
 * Without `x` it sees modules in the order of registration; with `x` also what a forward calls by functions
 * (`torch.selu`), in the order of execution. That forward runs in eval mode and changes nothing.
 */
export function check(model: nn.Module, x?: Tensor | readonly Tensor[], options: CheckOptions = {}): Finding[] {
  checkModel('check', model);
  const inputs = x === undefined ? undefined : inputsOf('check', x);
  const { evaluation = !is_grad_enabled() } = options;
  const findings = tidy(() =>
    no_grad(() => {
      const steps = inputs ? executed(model, inputs) : registered(model);
      return [
        ...activationFindings(steps, inputs !== undefined),
        ...initFindings(steps),
        ...dropoutFindings(steps),
        ...depthFindings(steps),
        ...batchNormFindings(steps),
        ...(inputs ?? []).flatMap(inputFindings),
        ...(inputs && evaluation ? trainingFindings(model) : []),
      ];
    }),
  );
  // A module that runs twice is wrong once.
  const seen = new Set<string>();
  return findings.filter((each) => !seen.has(JSON.stringify(each)) && seen.add(JSON.stringify(each)));
}

const short = (x: number): string => String(Number(x.toPrecision(3)));
const at = (path: string): string => (path === '' ? 'model' : `model.get_submodule('${path}')`);

const kActivations = ['selu', 'relu', 'tanh', 'activation'];
const isActivation = ({ kind }: Step): boolean => kActivations.includes(kind);
const selfNormalizing = (steps: readonly Step[]): boolean =>
  steps.some(({ kind }) => kind === 'selu' || kind === 'alpha');

function activationFindings(steps: readonly Step[], executed: boolean): Finding[] {
  // Without a forward, activations that are functions are not seen.
  if (selfNormalizing(steps) || !(executed || steps.some(isActivation))) return [];
  const message = 'no SELU in this network: other activations do not bring mean and variance back to (0, 1)';
  return [{ rule: 'activation', module: '', message, fix: 'new nn.SELU() behind each hidden layer' }];
}

/** How a weight of this gain may have come about. */
const origins: readonly (readonly [gain: number, name: string])[] = [
  [1 / 3, "PyTorch's default for Linear"],
  [2, "He's, for ReLU"],
  [9 / 16, "kaiming_normal_ with nonlinearity 'selu', whose gain is 3/4"],
];

function initFindings(steps: readonly Step[]): Finding[] {
  if (!selfNormalizing(steps)) return [];
  const known = steps.some(isActivation);
  return steps.flatMap(({ kind, module, path }, i) => {
    if (kind !== 'linear') return [];
    const rest = steps.slice(i + 1);
    const end = rest.findIndex((step) => step.kind === 'linear');
    const next = (end < 0 ? rest : rest.slice(0, end)).find(isActivation);
    if (known ? next?.kind !== 'selu' : end < 0) return [];
    return weightFinding(module, path);
  });
}

/** Standard deviations at which chance is ruled out: 6e-7 of right layers lie beyond 5. */
const kSure = 5;

function weightFinding(module: nn.Module, path: string): Finding[] {
  const weight = mixingWeight(module)!;
  const n = weight.numel();
  if (n === 0) return [];
  const [fan_in] = nn.init.calculate_fan_in_and_fan_out(weight);
  const gain = fan_in * meanSquare(weight);
  const { bias } = module as { bias?: unknown };
  const variance = gain + (bias ? meanSquare(bias as Tensor) : 0);
  const sum = fan_in * momentsOf(valuesOf(weight)).mean;
  // n * gain is chi-squared of n for LeCun's weights; its cube root is close to normal (Wilson & Hilferty 1931).
  const z = (Math.cbrt(variance) - 1 + 2 / (9 * n)) / Math.sqrt(2 / (9 * n));
  const zOfSum = sum * Math.sqrt(n / fan_in);
  const wide = !(Math.abs(z) <= kSure || (variance >= 0.8 && variance <= 1.25));
  const tilted = Math.abs(zOfSum) > kSure && Math.abs(sum) > 1;
  if (!wide && !tilted) return [];
  const like = origins.find(([known]) => Math.abs(gain / known - 1) < 0.05 + 5 * Math.sqrt(2 / n));
  const message = wide
    ? `the variance of the weights times fan_in is ${short(gain)}${like ? `, as in ${like[1]}` : ''}, not LeCun's 1: ` +
      `a standardised input gives SELU the variance ${short(variance)} (${short(z)} standard deviations from chance)`
    : `a unit's weights sum to ${short(sum)} on average, not to 0 (${short(zOfSum)} standard deviations from chance): ` +
      'a mean of the input is passed on and grows';
  const fix = `snn.lecun_normal_(${at(path)}); // or all layers: snn.make_self_normalizing(model)`;
  return [{ rule: 'init', module: path, message, fix }];
}

/** The p of the AlphaDropout that is as noisy as Dropout(rate): the inverse of {@link equal_noise_rate}. */
const alphaRate = (rate: number): number => rate / (1 + (1 - rate) * ALPHA_PRIME ** 2);

function dropoutFindings(steps: readonly Step[]): Finding[] {
  const findings: Finding[] = [];
  const snn = selfNormalizing(steps);
  let before: Step | undefined;
  for (const step of steps) {
    if (isActivation(step)) before = step;
    const { kind, p, path, own, module } = step;
    if (p === 0 || (kind !== 'dropout' && kind !== 'alpha')) continue;
    const name = own ? module.constructor.name : kind === 'alpha' ? 'alpha_dropout' : 'dropout';
    const inSelu = before ? before.kind === 'selu' : snn;
    if (kind === 'alpha' && before && !inSelu) {
      findings.push({
        rule: 'alpha_dropout',
        module: path,
        message: `${name}(${p}) behind an activation that is not SELU: it drops to SELU's floor, ${short(ALPHA_PRIME)}, and keeps ` +
          'mean and variance only where they are 0 and 1',
        fix: `new nn.SELU() in front of it, or new nn.Dropout(${short(equal_noise_rate(p))}), which is as noisy, in its place`,
      });
    } else if (kind === 'dropout' && inSelu) {
      findings.push({
        rule: 'dropout',
        module: path,
        message: `${name}(${p}) in a SELU network: ${shifted(p)}`,
        fix: `new nn.AlphaDropout(${short(alphaRate(p))}), which is as noisy, in its place`,
      });
    }
  }
  return findings;
}

/** What ordinary dropout in every layer makes of an SNN, by the mean-field map. */
function shifted(p: number): string {
  const mask = dropout_mask('dropout', p);
  let out: Moments = { mean: 0, variance: 1 };
  // Far below its critical rate it converges in 50 layers; no network has 1000.
  for (let layer = 0; layer < 1000; ++layer) {
    const z = linear_variance({ weight: 1, bias: 0 }, out);
    const { mean, variance } = activation_moments('selu', { mean: 0, variance: z });
    out = masked_moments(mask, { mean, variance });
    if (out.variance > 1e4) return 'in every layer it makes mean and variance grow without bound';
  }
  return `in every layer it moves the fixed point from (0, 1) to mean ${short(out.mean)}, variance ${short(out.variance)}`;
}

function depthFindings(steps: readonly Step[]): Finding[] {
  const masks = steps.filter(({ kind, p }) => kind === 'alpha' && p > 0);
  // Functions that were not seen run in front of masks that were.
  const layers = Math.max(steps.filter(({ kind }) => kind === 'selu').length, masks.length);
  const plain = layers / depth_scale(0);
  const noise = masks.reduce((sum, { p }) => sum + 1 / depth_scale(p) - 1 / depth_scale(0), 0);
  if (plain + noise <= 4) return [];
  const rates = [...new Set(masks.map(({ p }) => p))];
  const most = Math.floor(4 * depth_scale(Math.max(0, ...rates)));
  const message =
    masks.length === 0
      ? `${layers} layers: a signal survives about ${most} SELU layers`
      : `AlphaDropout(${rates.join(', ')}) in ${masks.length} of ${layers} layers: they forget their input ` +
        `${short((plain + noise) / 4)} times over; with p = ${Math.max(...rates)} in every layer about ${most} layers train, 4 ξ(p)`;
  // What each mask may take of the four e-foldings, as a rate; rounded down.
  const left = 1 - Math.exp(-(4 - plain) / Math.max(1, masks.length));
  const rate = Math.floor(1000 * alphaRate(left)) / 1000;
  const fix =
    masks.length === 0 || plain >= 4
      ? `at most ${Math.floor(4 * depth_scale(0))} layers`
      : `new nn.AlphaDropout(${short(Math.min(0.2, Math.max(...rates)))}) behind the first hidden layer only` +
        (rate > 0 ? `, or new nn.AlphaDropout(${short(rate)}) where they are` : '');
  return [{ rule: 'depth', module: '', message, fix }];
}

function batchNormFindings(steps: readonly Step[]): Finding[] {
  if (!selfNormalizing(steps)) return [];
  // In front of the first layer it standardises the input.
  const first = steps.findIndex(({ kind }) => kind === 'linear');
  const message =
    'batch normalization inside a self-normalizing network: SELU does its work, and at initialisation it makes ' +
    'gradients grow with depth';
  return steps.flatMap(({ kind, path }, i) =>
    kind === 'batch_norm' && first >= 0 && i > first
      ? [{ rule: 'batch_norm', module: path, message, fix: 'new nn.Identity() in its place, or nothing' } as const]
      : [],
  );
}

function inputFindings(x: Tensor): Finding[] {
  const n = x.numel();
  if (!x.dtype.is_floating_point || n < 2) return [];
  const { mean, variance } = momentsOf(valuesOf(x));
  // Values of one example hang together, so a batch strays by its examples more than by its values.
  const slack = 1 / Math.sqrt(x.shape[0] ?? 1) + 3 / Math.sqrt(n);
  const standard = Math.abs(mean) <= 0.25 + slack && Math.abs(Math.log(variance)) <= Math.LN2 + slack;
  if (standard) return [];
  const message = `the input has mean ${short(mean)} and variance ${short(variance)}, not 0 and 1: the theory, and the first ten layers, rest on that`;
  const fix = 'x = x.sub(train.mean(0)).div(train.std(0)); // statistics of the training set; a constant column becomes 0';
  return [{ rule: 'input', module: '', message, fix }];
}

function trainingFindings(model: nn.Module): Finding[] {
  const active = registered(model).filter(
    ({ kind, p, module }) =>
      module.training && (kind === 'batch_norm' || ((kind === 'dropout' || kind === 'alpha') && p > 0)),
  );
  if (active.length === 0) return [];
  const { path, module } = active[0]!;
  const others = active.length > 1 ? ` and ${active.length - 1} more` : '';
  const message =
    `in training mode where gradients are not recorded: ${module.constructor.name} '${path}'${others} still act by chance or by the ` +
    "batch. AlphaDropout's output in training is not even its input on average";
  return [{ rule: 'training', module: path, message, fix: 'model.eval()' }];
}
