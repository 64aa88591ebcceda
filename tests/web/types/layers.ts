// Compiled, never run: convolution, pooling, padding, embedding, normalization and interpolation.
import { nn, type Tensor } from 'alphatorch';

const F = nn.functional;

export function functions(x: Tensor, w: Tensor, b: Tensor, at: Tensor): unknown[] {
  const tensors: Tensor[] = [
    F.conv1d(x, w), F.conv1d(x, w, b, 1, 'same', 2, 1), F.conv2d(x, w, { bias: b, stride: [2, 1], padding: 1 }),
    F.conv_transpose1d(x, w, b, 2), F.conv_transpose2d(x, w, { output_padding: 1, stride: 2 }),
    F.unfold(x, 2, { padding: 1 }), F.fold(x, [4, 5], 2), F.pad(x, [1, 1], 'reflect'), F.pad(x, [1, 1], { value: 2 }),
    F.max_pool1d(x, 2), F.max_pool2d(x, [2, 3], 1, 0, 1, true), F.avg_pool1d(x, 2), F.avg_pool2d(x, 2, { divisor_override: 3 }),
    F.adaptive_avg_pool1d(x, 1), F.adaptive_avg_pool2d(x, [null, 2]), F.adaptive_max_pool1d(x, 1), F.adaptive_max_pool2d(x, 2),
    F.embedding(at, w, 0), F.one_hot(at, 3), F.group_norm(x, 2, w, b), F.rms_norm(x, [3], w, 1e-5),
    F.instance_norm(x, { eps: 1e-3 }), F.normalize(x, { dim: 0 }), F.cosine_similarity(x, x, 0), F.pairwise_distance(x, x, { p: 1 }), F.rrelu(x, 0.1, 0.3, true),
    F.interpolate(x, { scale_factor: 2, mode: 'bilinear', align_corners: true }),
  ];
  const pairs: [Tensor, Tensor][] = [
    F.max_pool2d(x, 2, { return_indices: true }), F.adaptive_max_pool2d(x, 2, true),
  ];
  return [tensors, pairs];
}

export const layers: nn.Module[] = [
  new nn.Conv1d(1, 2, 3), new nn.Conv2d(1, 2, { kernel_size: 3, padding: 1 }), new nn.Conv2d(1, 2, [3, 2], { padding: 'same', padding_mode: 'circular' }),
  new nn.ConvTranspose1d(1, 2, 3, 2), new nn.ConvTranspose2d(1, 2, 3, { output_padding: 1, stride: 2 }),
  new nn.MaxPool1d(2), new nn.MaxPool2d(2, { return_indices: true }), new nn.AvgPool1d(2), new nn.AvgPool2d(2, 1, 1),
  new nn.AdaptiveAvgPool1d(1), new nn.AdaptiveAvgPool2d(null), new nn.AdaptiveMaxPool1d(1), new nn.AdaptiveMaxPool2d([1, 2], true),
  new nn.Embedding(5, 2, { padding_idx: 0 }), new nn.GroupNorm(2, 4, 1e-5, false), new nn.RMSNorm([3], { eps: 1e-6 }),
  new nn.InstanceNorm1d(2, { affine: true }), new nn.InstanceNorm2d(2, 1e-3), new nn.RReLU(0.1, 0.2), new nn.CosineSimilarity({ dim: 0 }),
  new nn.PairwiseDistance(1),
  new nn.ZeroPad1d(1), new nn.ZeroPad2d([1, 2, 0, 0]), new nn.ConstantPad1d(1, 2), new nn.ConstantPad2d(1, 2),
  new nn.ReflectionPad1d(1), new nn.ReflectionPad2d(1), new nn.ReplicationPad1d(1), new nn.ReplicationPad2d(1),
  new nn.CircularPad1d(1), new nn.CircularPad2d(1), new nn.Unfold(2), new nn.Fold(4, 2),
  new nn.Upsample(2), new nn.Upsample({ scale_factor: 2, mode: 'nearest-exact' }), new nn.Softmax2d(), new nn.Unflatten(1, [2, 2]),
];
