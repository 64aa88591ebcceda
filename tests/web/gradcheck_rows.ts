// A row for each differentiable op of the core, called through its public face.
import * as torch from 'alphatorch';

type Tensor = torch.Tensor;

export interface Row {
  /** The op's name in web/src/core.d.mts. */
  core: string;
  f: (...x: Tensor[]) => unknown;
  /** Shapes of the inputs, and where their values lie: where the op is smooth. */
  shapes: number[][];
  low: number;
  high: number;
}

const F = torch.nn.functional;
const row = (core: string, f: Row['f'], shapes = [[2, 3]], low = -2, high = 2): Row => ({ core, f, shapes, low, high });
type Unary = Record<string, (x: Tensor) => Tensor>;
const unary = (low: number, high: number, ...names: string[]): Row[] =>
  names.map((name) => row(name, (x) => ((torch as unknown as Unary)[name] ?? (F as unknown as Unary)[name]!)(x!), [[2, 3]], low, high));
const pair = [[2, 3], [3]];
const two = [[2, 3], [2, 3]];
const labels = torch.tensor([2, 0, 1], { dtype: torch.int64 });
const places = torch.tensor([[1, 1, 2], [0, 2, 2]], { dtype: torch.int64 });
const weights = torch.tensor([0.5, 1, 2, 1], { dtype: torch.float64 });

// A mask drawn anew for the same seed.
const seeded = (f: (x: Tensor) => Tensor) => (x: Tensor | undefined) => {
  torch.manual_seed(7);
  return f(x!);
};
// What an in-place op makes of a copy.
const written = (f: (y: Tensor, ...rest: Tensor[]) => unknown) => (x?: Tensor, ...rest: Tensor[]) => {
  const y = x!.mul(1);
  f(y, ...rest);
  return y;
};

export const rows: Row[] = [
  // Copies and views
  row('clone', (x) => x!.clone()),
  row('contiguous', (x) => x!.t().contiguous()),
  row('to', (x) => x!.to(torch.float64, { copy: true })),
  row('copy_', written((y, s) => y.select(0, 0).copy_(s!)), pair),
  row('assign_', written((y) => y.exp_())),
  row('become_', written((y) => y.t_().mul_(2))),
  row('fill_', written((y) => y.select(1, 0).fill_(3))),
  row('zero_', written((y) => y.select(1, 0).zero_())),
  row('view', (x) => x!.view(3, 2)),
  row('reshape', (x) => x!.t().reshape(-1)),
  row('flatten', (x) => x!.flatten()),
  row('unflatten', (x) => x!.unflatten(1, [3, 1])),
  row('transpose', (x) => x!.transpose(0, 1)),
  row('t', (x) => x!.t()),
  row('permute', (x) => x!.permute(2, 0, 1), [[2, 3, 2]]),
  row('movedim', (x) => torch.movedim(x!, 0, 2), [[2, 3, 2]]),
  row('unsqueeze', (x) => x!.unsqueeze(1)),
  row('squeeze', (x) => x!.squeeze(), [[2, 1, 3]]),
  row('squeeze_dims', (x) => x!.squeeze(1), [[2, 1, 3]]),
  row('expand', (x) => x!.expand(2, 4, 3), [[4, 3]]),
  row('select', (x) => x!.select(1, -1)),
  row('narrow', (x) => x!.narrow(1, 1, 2)),
  row('slice', (x) => torch.slice(x!, 1, 0, 3, 2)),
  row('diagonal', (x) => x!.diagonal({ offset: 1 })),
  row('as_strided', (x) => x!.as_strided([2, 2, 2], [2, 1, 1], 1)),
  row('cat', (x, y) => torch.cat([x!, y!], 1), [[2, 3], [2, 2]]),
  row('stack', (x, y) => torch.stack([x!, y!], 1), [[2, 3], [2, 3]]),

  // Arithmetic
  row('add', (x, y) => x!.add(y!), pair),
  row('sub', (x, y) => x!.sub(y!), pair),
  row('mul', (x, y) => x!.mul(y!), pair),
  row('div', (x, y) => x!.div(y!), pair, 0.5, 2),
  row('remainder', (x) => x!.remainder(1), [[2, 3]], 0.1, 0.9),
  row('fmod', (x) => x!.fmod(1), [[2, 3]], 0.1, 0.9),
  row('pow', (x, y) => x!.pow(y!), pair, 0.5, 2),
  row('maximum', (x, y) => x!.maximum(y!), [[2, 3], [2, 3]]),
  row('minimum', (x, y) => x!.minimum(y!), [[2, 3], [2, 3]]),
  row('atan2', (x, y) => x!.atan2(y!), pair, 0.5, 2),
  row('floor_divide', (x) => x!.floor_divide(5).mul(x!), [[2, 3]], 0.1, 2),
  row('trunc_divide', (x) => x!.div(5, { rounding_mode: 'trunc' }).mul(x!), [[2, 3]], 0.1, 2),
  row('add_', written((y, z) => y.add_(z!)), pair),
  row('sub_', written((y, z) => y.sub_(z!)), pair),
  row('mul_', written((y, z) => y.select(0, 1).mul_(z!.select(0, 0))), pair),
  row('div_', written((y, z) => y.div_(z!)), pair, 0.5, 2),
  row('lerp', (x, y, w) => x!.lerp(y!, w!), [[2, 3], [3], [2, 3]], 0.1, 0.4),
  row('addcmul', (x, y, z) => x!.addcmul(y!, z!, { value: 0.7 }), [[2, 3], [3], [2, 3]]),
  row('addcdiv', (x, y, z) => x!.addcdiv(y!, z!, { value: 0.7 }), [[2, 3], [3], [2, 3]], 0.5, 2),
  row('where', (x, y) => torch.where(torch.tensor([[true, false, true], [false, true, false]]), x!, y!), pair),
  row('masked_fill', (x) => x!.masked_fill(torch.tensor([true, false, true]), 5)),
  row('clamp', (x) => x!.clamp(-1.01, 1.01)),

  // Elementwise
  ...unary(-2, 2, 'neg', 'square', 'exp', 'exp2', 'expm1', 'sin', 'cos', 'atan', 'sinh', 'cosh', 'erf', 'erfc'),
  ...unary(0.1, 2, 'abs', 'sign'),
  ...unary(0.5, 2, 'reciprocal', 'sqrt', 'rsqrt', 'log', 'log2', 'log10', 'log1p'),
  ...unary(0.1, 0.4, 'floor', 'ceil', 'trunc', 'round', 'frac'),
  ...unary(-0.8, 0.8, 'tan', 'asin', 'acos', 'erfinv'),
  ...unary(0.1, 2, 'relu', 'relu6'),
  ...unary(-2, -0.1, 'selu'),
  ...unary(-2, 2, 'sigmoid', 'tanh', 'silu', 'mish', 'logsigmoid', 'hardsigmoid', 'hardswish'),
  row('hardtanh', (x) => F.hardtanh(x!), [[2, 3]], -0.9, 0.9),
  row('leaky_relu', (x) => F.leaky_relu(x!, 0.1), [[2, 3]], -2, -0.1),
  row('elu', (x) => F.elu(x!, 1.3), [[2, 3]], -2, -0.1),
  row('celu', (x) => F.celu(x!, 1.7), [[2, 3]], -2, -0.1),
  row('gelu', (x) => F.gelu(x!)),
  row('gelu', (x) => F.gelu(x!, { approximate: 'tanh' })),
  row('softsign', (x) => F.softsign(x!), [[2, 3]], 0.1, 2),
  row('tanhshrink', (x) => F.tanhshrink(x!)),
  row('glu', (x) => F.glu(x!), [[2, 4]]),
  row('prelu', (x, w) => F.prelu(x!, w!), [[2, 3], [3]], -2, -0.1),
  row('softplus', (x) => F.softplus(x!, 1.5)),
  row('hardshrink', (x) => F.hardshrink(x!, 0.5), [[2, 3]], 0.6, 2),
  row('softshrink', (x) => F.softshrink(x!, 0.5), [[2, 3]], 0.6, 2),
  row('threshold', (x) => F.threshold(x!, 0.1, 7), [[2, 3]], 0.2, 2),

  // Reductions
  row('sum', (x) => x!.sum(1)),
  row('mean', (x) => x!.mean(0)),
  row('prod', (x) => x!.prod()),
  row('prod_dim', (x) => x!.prod(1)),
  row('var', (x) => x!.var(1)),
  row('var_mean', (x) => torch.var_mean(x!, 1)[1]),
  row('std_', (x) => x!.std()),
  row('amax', (x) => x!.amax(1)),
  row('amin', (x) => x!.amin(0)),
  row('max_all', (x) => x!.max()),
  row('min_all', (x) => x!.min()),
  row('max_dim', (x) => x!.max(1)[0]),
  row('min_dim', (x) => x!.min(0)[0]),
  row('norm', (x) => x!.norm(3, 1), [[2, 3]], 0.1, 2),
  row('norm', (x) => x!.norm()),
  row('logsumexp', (x) => x!.logsumexp(1)),
  row('sum_to_size', (x, y) => x!.add(y!), pair), // what the engine does to y's gradient
  row('softmax', (x) => x!.softmax(1)),
  row('log_softmax', (x) => x!.log_softmax(0)),

  // Matrix products
  row('matmul', (x, y) => x!.matmul(y!), [[2, 2, 3], [3, 2]]),
  row('mm', (x, y) => x!.mm(y!), [[2, 3], [3, 2]]),
  row('bmm', (x, y) => x!.bmm(y!), [[2, 2, 3], [2, 3, 2]]),
  row('mv', (x, y) => x!.mv(y!), [[2, 3], [3]]),
  row('dot', (x, y) => x!.dot(y!), [[3], [3]]),
  row('outer', (x, y) => x!.outer(y!), [[2], [3]]),
  row('addmm', (x, a, b) => x!.addmm(a!, b!, { beta: 0.5, alpha: 2 }), [[2], [2, 3], [3, 2]]),
  row('linear', (x, w, b) => F.linear(x!, w!, b!), [[2, 3], [4, 3], [4]]),

  // Losses and normalization
  row('mse_loss', (x, y) => F.mse_loss(x!, y!), two),
  row('l1_loss', (x) => F.l1_loss(x!, torch.zeros_like(x!)), [[2, 3]], 0.5, 2),
  row('smooth_l1_loss', (x, y) => F.smooth_l1_loss(x!, y!, { beta: 0.7 }), two),
  row('huber_loss', (x, y) => F.huber_loss(x!, y!, { delta: 0.7 }), two),
  row('nll_loss', (x) => F.nll_loss(x!, labels, { weight: weights, ignore_index: 0 }), [[3, 4]]),
  row('cross_entropy', (x) => F.cross_entropy(x!, labels, { weight: weights, label_smoothing: 0.1 }), [[3, 4]]),
  row('cross_entropy', (x, y) => F.cross_entropy(x!, y!), [[3, 4], [3, 4]], 0.1, 0.9),
  row('binary_cross_entropy', (x, y) => F.binary_cross_entropy(x!, y!), two, 0.2, 0.8),
  row('binary_cross_entropy_with_logits', (x, y) => F.binary_cross_entropy_with_logits(x!, y!), two),
  row('kl_div', (x, y) => F.kl_div(x!, y!, { reduction: 'batchmean' }), two, 0.2, 0.8),
  row('hinge_embedding_loss', (x) => F.hinge_embedding_loss(x!, torch.tensor([1, -1, -1]), { margin: 3 })),
  row('margin_ranking_loss', (x, y) => F.margin_ranking_loss(x!, y!, torch.tensor([[1, -1, 1]]), { margin: 5 }), two),
  row('cosine_embedding_loss', (x, y) => F.cosine_embedding_loss(x!, y!, torch.tensor([1, -1])), two, 0.1, 2),
  row('triplet_margin_loss', (x, y, z) => F.triplet_margin_loss(x!, y!, z!, { margin: 3 }), [[2, 3], [2, 3], [2, 3]]),
  row('soft_margin_loss', (x, y) => F.soft_margin_loss(x!, y!), two),
  row('poisson_nll_loss', (x, y) => F.poisson_nll_loss(x!, y!, { full: true }), two, 1.1, 3),
  row(
    'batch_norm',
    (x, weight, bias) => F.batch_norm(x!, null, null, { weight: weight!, bias: bias!, training: true }),
    [[4, 3], [3], [3]],
  ),
  row('layer_norm', (x, weight, bias) => F.layer_norm(x!, [3], { weight: weight!, bias: bias! }), [[4, 3], [3], [3]]),

  // Random
  row('dropout', seeded((x) => F.dropout(x, 0.4))),
  row('alpha_dropout', seeded((x) => F.alpha_dropout(x, { p: 0.4, training: true }))),
  row('feature_dropout', seeded((x) => F.dropout1d(x, 0.4)), [[2, 3, 2]]),
  row('feature_alpha_dropout', seeded((x) => F.feature_alpha_dropout(x, { p: 0.4, training: true })), [[2, 3, 2]]),
  row('dropout_', seeded((x) => F.dropout(x.mul(1), { p: 0.4, inplace: true }))),
  row('alpha_dropout_', seeded((x) => F.alpha_dropout(x.mul(1), { p: 0.4, training: true, inplace: true }))),
  row('feature_dropout_', seeded((x) => F.dropout1d(x.mul(1), { p: 0.4, inplace: true })), [[2, 3, 2]]),
  row(
    'feature_alpha_dropout_',
    seeded((x) => F.feature_alpha_dropout(x.mul(1), { p: 0.4, training: true, inplace: true })),
    [[2, 3, 2]],
  ),
  ...(['uniform_', 'normal_', 'exponential_', 'log_normal_', 'cauchy_'] as const).map((name) =>
    row(name, seeded((x) => {
      const y = x.mul(1);
      y.select(0, 0)[name]();
      return y;
    })),
  ),
  ...(['bernoulli_', 'geometric_'] as const).map((name) =>
    row(name, seeded((x) => {
      const y = x.mul(1);
      y.select(0, 0)[name](0.5);
      return y;
    })),
  ),

  // Indexing
  row('index', (x) => x!.index(0, '1:')),
  row('index', (x) => x!.index([1, 0, 1], null)),
  row('index', (x, y) => torch.cat([x!.index(':', [1, 1]).reshape(-1), y!.index([0, 1], ':', [[1], [0]]).reshape(-1)]), [[2, 3], [2, 2, 2]]),
  row('index_put_', written((y, v) => y.index_put_([':', [0, 2]], v)), [[2, 3], [2]]),
  row('index_put_', written((y, v) => y.index_put_([[1, 1]], v, true)), pair),
  row('index_put_', written((y, v) => y.index_put_([1, '::2'], v)), [[2, 3], [2]]),
  row('index_select', (x) => x!.index_select(1, labels)),
  row('index_add', (x, y) => x!.index_add(1, labels, y!, { alpha: 3 }), two),
  row('index_copy', (x, y) => x!.index_copy(1, labels.narrow(0, 0, 2), y!), [[2, 3], [2, 2]]),
  row('index_fill', (x, v) => x!.index_fill(1, labels.narrow(0, 0, 2), v!), [[2, 3], []]),
  row('masked_select', (x) => x!.masked_select(torch.tensor([true, false, true]))),
  row('masked_scatter', (x, y) => x!.masked_scatter(torch.tensor([true, false, true]), y!), [[2, 3], [5]]),
  row('take', (x) => x!.take(labels.sub(1))),
  row('put', (x, y) => x!.put(labels, y!), pair),
  row('put', (x, y) => x!.put(labels.gt(0).to(torch.int64), y!, { accumulate: true }), pair),
  row('gather', (x) => x!.gather(1, places)),
  row('scatter', (x, y) => x!.scatter(1, torch.stack([labels, labels.flip(0)]), y!), two),
  row('scatter_add', (x, y) => x!.scatter_add(1, places, y!), two),
  ...(['sum', 'prod', 'mean', 'amax', 'amin'] as const).flatMap((reduce) =>
    [true, false].map((include_self) =>
      row('scatter_reduce', (x, y) => x!.scatter_reduce(1, places, y!, reduce, { include_self }), two),
    ),
  ),

  // Other orders, triangles, diagonals
  row('repeat', (x) => x!.repeat(2, 1, 3)),
  row('repeat_interleave', (x) => x!.repeat_interleave(labels, 1)),
  row('roll', (x) => x!.roll([1, -1], [0, 1])),
  row('flip', (x) => x!.flip(0, 1)),
  row('rot90', (x) => x!.rot90(1)),
  row('rot90', (x) => x!.rot90(2)),
  row('unfold', (x) => x!.unfold(1, 2, 1)),
  row('tril', (x) => x!.tril()),
  row('triu', (x) => x!.triu(1)),
  row('diag', (x) => x!.diag(1)),
  row('diag_embed', (x) => x!.diag_embed({ offset: -1, dim1: 0, dim2: 2 })),

  // Products
  row('einsum', (x, y) => torch.einsum('ij,kj->ik', x!, y!), two),
  row('einsum', (x, y) => torch.einsum('iij,...j->i...', x!, y!), [[2, 2, 3], [2, 3]]),
  row('baddbmm', (x, a, b) => x!.baddbmm(a!, b!, { beta: 0.5, alpha: 2 }), [[2], [2, 2, 3], [2, 3, 2]]),
  row('addbmm', (x, a, b) => x!.addbmm(a!, b!), [[2], [2, 2, 3], [2, 3, 2]]),
  row('addmv', (x, a, b) => x!.addmv(a!, b!), [[2], [2, 3], [3]]),
  row('addr', (x, a, b) => x!.addr(a!, b!), [[2, 3], [2], [3]]),
  row('tensordot', (x, y) => torch.tensordot(x!, y!, [[0], [1]]), [[2, 3], [3, 2]]),
  row('kron', (x, y) => x!.kron(y!), [[2, 2], [3]]),
  row('trace', (x) => x!.trace()),
  row('matrix_power', (x) => x!.matrix_power(3), [[2, 2]]),
  row('multi_dot', (x, y, z) => torch.linalg.multi_dot([x!, y!, z!]), [[2, 3], [3, 2], [2]]),

  // Running results and sorting
  row('cumsum', (x) => x!.cumsum(0)),
  row('cumprod', (x) => x!.cumprod(1)),
  row('logcumsumexp', (x) => x!.logcumsumexp(1)),
  row('cummax', (x) => x!.cummax(1)[0]),
  row('cummin', (x) => x!.cummin(0)[0]),
  row('sort', (x) => x!.sort(1, true)[0]),
  row('topk', (x) => x!.topk(2)[0]),
  row('kthvalue', (x) => x!.kthvalue(2, 1)[0]),
  row('median', (x) => x!.median()),
  row('median_dim', (x) => x!.median(1)[0]),
  row('mode', (x) => x!.mode(1)[0]),

  // Statistics
  row('quantile', (x) => x!.quantile(0.3, 1)),
  row('diff', (x) => x!.diff(2, 1, { prepend: torch.zeros(2, 1, { dtype: torch.float64 }) })),
  row('nansum', (x) => x!.nansum(1)),
  row('nanmean', (x) => x!.nanmean(0)),
  row('dist', (x, y) => x!.dist(y!, 3), two),
  row('cdist', (x, y) => torch.cdist(x!, y!, 2), two),
  row('cdist', (x, y) => torch.cdist(x!, y!, { compute_mode: 'use_mm_for_euclid_dist' }), two),

  // Layers
  row('conv', (x, w, b) => F.conv2d(x!, w!, b!, { stride: [2, 1], padding: 1 }), [[1, 2, 4, 3], [2, 2, 2, 2], [2]]),
  row('conv', (x, w) => F.conv1d(x!, w!, null, { dilation: 2, groups: 2 }), [[2, 2, 5], [2, 1, 2]]),
  row('conv_transpose', (x, w, b) => F.conv_transpose2d(x!, w!, b!, { stride: 2 }), [[1, 2, 2, 2], [2, 2, 2, 2], [2]]),
  row('im2col', (x) => F.unfold(x!, 2, { padding: 1, stride: 2 }), [[1, 2, 3, 4]]),
  row('col2im', (x) => F.fold(x!, [3, 4], 2), [[1, 4, 6]]),
  row('max_pool', (x) => F.max_pool2d(x!, 2, { stride: 1 }), [[2, 3, 3]]),
  row('max_pool_with_indices', (x) => F.max_pool1d(x!, 2, { return_indices: true })[0], [[1, 2, 4]]),
  row('adaptive_max_pool', (x) => F.adaptive_max_pool2d(x!, 2), [[1, 3, 3]]),
  row('avg_pool', (x) => F.avg_pool2d(x!, 2, 1, 1, true, false), [[2, 3, 3]]),
  row('adaptive_avg_pool', (x) => F.adaptive_avg_pool2d(x!, [2, 3]), [[2, 3, 4]]),
  row('upsample', (x) => F.interpolate(x!, { scale_factor: 1.7, mode: 'bilinear' }), [[1, 1, 3, 2]]),
  row('pad', (x) => F.pad(x!, [1, -1, 0, 2]), [[3, 2]]),
  row('pad', (x) => F.pad(x!, [2, 1], 'reflect'), [[2, 4]]),
  row('embedding', (w) => F.embedding(labels, w!), [[3, 2]]),
  row('group_norm', (x, w, b) => F.group_norm(x!, 2, w!, b!), [[2, 4, 3], [4], [4]]),
  row('rms_norm', (x, w) => F.rms_norm(x!, [3], w!, 1e-3), pair),

  // Special functions
  ...unary(-2, 2, 'sinc', 'asinh'),
  ...unary(0.5, 2, 'lgamma', 'digamma'),
  row('acosh', (x) => x!.acosh(), [[2, 3]], 1.2, 2),
  row('atanh', (x) => x!.atanh(), [[2, 3]], -0.8, 0.8),
  row('logit', (x) => torch.logit(x!), [[2, 3]], 0.1, 0.9),
  row('polygamma', (x) => torch.polygamma(2, x!), [[2, 3]], 0.5, 2),
  row('fmax', (x, y) => x!.fmax(y!), two),
  row('fmin', (x, y) => x!.fmin(y!), two),
  row('nan_to_num', (x) => x!.nan_to_num()),
  row('hypot', (x, y) => x!.hypot(y!), pair, 0.5, 2),
  row('round_decimals', (x) => x!.round({ decimals: 1 }), [[2, 3]], 0.01, 0.04),
  row('logaddexp', (x, y) => x!.logaddexp(y!), pair),
  row('logaddexp2', (x, y) => x!.logaddexp2(y!), pair),
  row('xlogy', (x, y) => x!.xlogy(y!), pair, 0.5, 2),

  // Linear algebra
  row('inv', (x) => torch.linalg.inv(x!), [[2, 2, 2]]),
  row('det', (x) => torch.linalg.det(x!), [[2, 2, 2]]),
  row('slogdet', (x) => torch.linalg.slogdet(x!)[1], [[2, 2, 2]]),
  row('solve', (x, y) => torch.linalg.solve(x!, y!), [[2, 2], [2, 3]]),
  row('solve_triangular', (x, y) => torch.linalg.solve_triangular(x!, y!, { upper: true }), [[2, 2], [2, 3]], 0.5, 2),
  row('cholesky', (x) => torch.linalg.cholesky(x!.mm(x!.mT).add(torch.eye(2))), [[2, 2]]),
  row('qr', (x) => [...torch.linalg.qr(x!)], [[3, 2]]),
  row('eigh', (x) => torch.linalg.eigh(x!.add(x!.mT)).eigenvalues, [[2, 2]]),
  row('svd', (x) => torch.linalg.svd(x!, false).S),
  row('pinv', (x) => torch.linalg.pinv(x!)),
  row('matrix_norm', (x) => torch.linalg.matrix_norm(x!, 'nuc')),
];

/** The other functions of the core, which nothing is differentiated through. */
export const others = [
  // The graph, handles, layout, memory, threads, generators
  'alias', 'anomaly_check_nan', 'anomaly_enabled', 'anomaly_failed', 'backward', 'bump_version', 'data_ptr', 'detach', 'detach_', 'dtype', 'get_grad', 'get_rng_state', 'grad',
  'grad_enabled', 'grad_fn_name', 'has_grad', 'held_count', 'initial_seed_high', 'initial_seed_low', 'inference_mode', 'is_contiguous', 'is_inference', 'is_leaf',
  'item', 'live_bytes', 'live_tensors', 'manual_seed', 'new_generator', 'num_threads', 'numel', 'peak_bytes',
  'record_function', 'register_hook', 'release', 'release_generator', 'remove_hook', 'requires_grad', 'reseed',
  'result_type', 'retain_grad', 'retains_grad', 'same', 'saved_tensors', 'scalar_slots', 'scratch_address',
  'scratch_bytes', 'set_data', 'set_detect_anomaly', 'set_grad', 'set_inference_mode', 'set_grad_enabled', 'set_requires_grad', 'set_rng_state', 'sizes',
  'start_threads', 'storage_offset', 'strides', 'version',
  // Made of sizes and numbers
  'alpha_dropout_a', 'alpha_dropout_b', 'arange', 'empty', 'eye', 'full', 'linspace', 'logspace', 'ones', 'rand',
  'randint', 'randn', 'randperm', 'zeros',
  // Of integers or truth values
  'all', 'allclose', 'any', 'argmax', 'argmin', 'bitwise_and', 'bitwise_not', 'bitwise_or', 'bitwise_xor',
  'count_nonzero', 'nonzero', 'eq', 'equal', 'ge', 'gt', 'isclose', 'isfinite', 'isinf', 'isnan', 'le', 'logical_and',
  'logical_not', 'logical_or', 'logical_xor', 'lt', 'multinomial', 'ne',
  'argsort', 'bincount', 'bitwise_left_shift', 'bitwise_right_shift', 'heaviside', 'histc', 'matrix_rank',
  'searchsorted', 'set_default_dtype', 'unique',
  // One step over parameters
  'adagrad_', 'adam_', 'adamax_', 'nadam_', 'radam_', 'rmsprop_', 'sgd_',
  // Samples: their derivative is zero, or they are made for integers
  'bernoulli', 'bernoulli_tensor_', 'normal', 'random_', 'random_from_to_',
];
