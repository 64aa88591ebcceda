// Compiled, never run: convolution, pooling, padding, embedding, resampling, other norms.
import { nn, type Tensor } from 'alphatorch';

const F = nn.functional;

export function layers(x: Tensor, w: Tensor, i: Tensor): unknown[] {
  const tensors: Tensor[] = [
    F.conv1d(x, w), F.conv2d(x, w, null, { stride: 2, padding: 'same' }), F.conv_transpose1d(x, w),
    F.conv_transpose2d(x, w), F.embedding(i, w), F.one_hot(i, 5), F.group_norm(x, 2), F.rms_norm(x, [4]),
    F.pad(x, [1, 1], { mode: 'reflect' }), F.avg_pool1d(x, 2), F.avg_pool2d(x, [2, 2]), F.adaptive_avg_pool1d(x, 1),
    F.adaptive_avg_pool2d(x, [1, null]), F.unfold(x, 2), F.fold(x, 4, 2), F.interpolate(x, { scale_factor: 2 }),
  ];
  const pooled = [F.max_pool1d(x, 2), F.max_pool2d(x, 2), F.adaptive_max_pool1d(x, 1), F.adaptive_max_pool2d(x, 1)];
  const modules: nn.Module[] = [
    new nn.Conv1d(1, 2, 3), new nn.Conv2d(1, 2, 3, { groups: 1 }), new nn.ConvTranspose1d(1, 2, 3),
    new nn.ConvTranspose2d(1, 2, 3), new nn.Embedding(5, 3), new nn.GroupNorm(2, 4), new nn.RMSNorm(4),
    new nn.ZeroPad1d(1), new nn.ZeroPad2d([1, 1]), new nn.ConstantPad1d(1, 2), new nn.ConstantPad2d(1, 2),
    new nn.ReflectionPad1d(1), new nn.ReflectionPad2d(1), new nn.ReplicationPad1d(1), new nn.ReplicationPad2d(1),
    new nn.CircularPad1d(1), new nn.CircularPad2d(1), new nn.MaxPool1d(2), new nn.MaxPool2d(2), new nn.AvgPool1d(2),
    new nn.AvgPool2d(2), new nn.AdaptiveAvgPool1d(1), new nn.AdaptiveAvgPool2d(1), new nn.AdaptiveMaxPool1d(1),
    new nn.AdaptiveMaxPool2d(1), new nn.Unfold(2), new nn.Fold(4, 2), new nn.Upsample({ scale_factor: 2 }),
    new nn.Unflatten(1, [2, 2]), new nn.Softmax2d(),
  ];
  return [tensors, pooled, modules];
}
