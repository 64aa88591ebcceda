// Compiled, never run: how tensors are made, shaped, indexed and put together.
import * as torch from 'alphatorch';
import type { Size, Tensor } from 'alphatorch';

const long = { dtype: torch.int64 };
const seeded = { generator: torch.default_generator };

export function made(x: Tensor): Tensor[] {
  return [
    // Of data
    torch.tensor([[1, 2]], { requires_grad: true, device: 'cpu' }), torch.as_tensor(x),
    torch.asarray([true]), torch.from_numpy(new Float64Array(3)), torch.scalar_tensor(1n),
    x.new_tensor([1]),
    // Of sizes and numbers
    torch.empty(2, 3), torch.zeros(2, 3), torch.ones(2, 3), torch.rand(2, 3), torch.randn(2, 3),
    torch.empty([2, 3], { dtype: torch.float64 }), torch.zeros([2, 3], { dtype: torch.float64 }),
    torch.ones([2, 3], { dtype: torch.float64 }), torch.rand([2, 3], { dtype: torch.float64 }),
    torch.randn([2, 3], { dtype: torch.float64 }), torch.empty_like(x), torch.zeros_like(x),
    torch.ones_like(x), torch.rand_like(x), torch.randn_like(x), torch.full([2], 1, long),
    torch.full_like(x, true), torch.eye(3), torch.eye(3, 4, long), torch.arange(5), torch.arange(0, 1,
    0.1), torch.linspace(0, 1, 5), torch.logspace(0, 3, 4, { base: 2 }), x.new_empty(2),
    x.new_zeros([2]), x.new_ones(2, 3), x.new_full([2], 5), torch.tril_indices(3, 3, -1),
    torch.triu_indices(3, 3, { offset: 1 }),
    // Drawn
    torch.randint(10, [2]), torch.randint(1, 7, [2], seeded), torch.randint_like(x, 5),
    torch.randperm(5), torch.normal(0, 1, [2]), torch.normal(x, 1, seeded), torch.bernoulli(x),
    x.bernoulli(0.5), x.bernoulli_(0.5), torch.multinomial(x, 2, true), x.multinomial(2, { replacement:
    true }), x.uniform_(0, 1), x.normal_(), x.log_normal_(), x.cauchy_(), x.exponential_(2),
    x.geometric_(0.5), x.random_(0, 9), torch.get_rng_state(),
  ];
}

export function shaped(x: Tensor, y: Tensor): Tensor[] {
  return [
    // As functions
    torch.view(x, 2, -1), torch.reshape(x, [2, -1]), torch.flatten(x, 1), torch.unflatten(x, 1, [2, 2]),
    torch.squeeze(x, 0), torch.unsqueeze(x, 0), torch.transpose(x, 0, 1), torch.permute(x, 1, 0),
    torch.movedim(x, 0, 1), torch.moveaxis(x, [0], [1]), torch.swapaxes(x, 0, 1), torch.swapdims(x, 0,
    1), torch.t(x), torch.expand(x, 2, 3), torch.expand_as(x, y), torch.broadcast_to(x, 2, 3),
    torch.select(x, 0, 1), torch.narrow(x, 0, 0, 1), torch.slice(x, 0, 1, 3), torch.diagonal(x, {
    offset: 1 }), torch.as_strided(x, [2], [1]), torch.unfold(x, 0, 2, 1), torch.ravel(x),
    torch.view_as(x, y), torch.reshape_as(x, y), torch.adjoint(x), torch.clone(x), torch.contiguous(x),
    torch.detach(x), torch.repeat(x, 2, 1), torch.tile(x, 2), torch.repeat_interleave(x, 2, { dim: 0 }),
    torch.roll(x, 1, 0), torch.flip(x, 0, 1), torch.fliplr(x), torch.flipud(x), torch.rot90(x, 1, [0,
    1]), torch.tril(x, 1), torch.triu(x, { diagonal: 1 }), torch.diag(x), torch.diagflat(x),
    torch.diag_embed(x, { dim1: 0 }),
    // As methods
    x.view(2, -1), x.reshape([2, -1]), x.flatten(1), x.unflatten(1, [2, 2]), x.squeeze(0),
    x.unsqueeze(0), x.transpose(0, 1), x.permute(1, 0), x.movedim(0, 1), x.moveaxis([0], [1]),
    x.swapaxes(0, 1), x.swapdims(0, 1), x.t(), x.expand(2, 3), x.expand_as(y), x.broadcast_to(2, 3),
    x.select(0, 1), x.narrow(0, 0, 1), x.slice(0, 1, 3), x.diagonal({ offset: 1 }), x.as_strided([2],
    [1]), x.unfold(0, 2, 1), x.ravel(), x.view_as(y), x.reshape_as(y), x.adjoint(), x.clone(),
    x.contiguous(), x.detach(), x.repeat(2, 1), x.tile(2), x.repeat_interleave(2, { dim: 0 }), x.roll(1,
    0), x.flip(0, 1), x.fliplr(), x.flipud(), x.rot90(1, [0, 1]), x.tril(1), x.triu({ diagonal: 1 }),
    x.diag(), x.diagflat(), x.diag_embed({ dim1: 0 }),
    // In place
    x.t_(), x.transpose_(0, 1), x.swapaxes_(0, 1), x.swapdims_(0, 1), x.squeeze_(), x.unsqueeze_(0),
    x.tril_(), x.triu_(1), x.detach_(), x.copy_(y), x.fill_(2), x.zero_(), torch.fill_diagonal_(x, 1),
    x.fill_diagonal_(1, { wrap: true }),
    // Together
    torch.cat([x, y], 1), torch.concat([x, y]), torch.concatenate([x], { dim: 0 }), torch.stack([x, y],
    0), torch.hstack([x, y]), torch.vstack([x]), torch.row_stack([x]), torch.dstack([x]),
    torch.column_stack([x]), torch.block_diag(x, y), torch.cartesian_prod(x, y), torch.combinations(x,
    2, { with_replacement: true }), torch.atleast_1d(x), torch.atleast_2d(x), torch.atleast_3d(x),
    // Apart
    ...torch.unbind(x, 0), ...torch.split(x, 2), ...torch.split(x, [1, 2], { dim: 1 }),
    ...torch.chunk(x, 2), ...torch.tensor_split(x, 3), ...torch.hsplit(x, 2), ...torch.vsplit(x, [1]),
    ...torch.dsplit(x, 2), ...x.unbind(0), ...x.split(2), ...x.split([1, 2], { dim: 1 }), ...x.chunk(2),
    ...x.tensor_split(3), ...x.hsplit(2), ...x.vsplit([1]), ...x.dsplit(2), ...torch.meshgrid(x, y, {
    indexing: 'ij' }), ...torch.broadcast_tensors(x, y), ...x,
  ];
}

export function indexed(x: Tensor, i: Tensor, mask: Tensor, y: Tensor): Tensor[] {
  return [
    // As functions
    torch.index(x, 0, ':', '1:3', '::2', null, '...', i), torch.index_put(x, [i], 1),
    torch.index_select(x, 0, i), torch.index_add(x, 0, i, y, { alpha: 2 }), torch.index_copy(x, 0, i,
    y), torch.index_fill(x, 0, i, 1), torch.masked_select(x, mask), torch.masked_scatter(x, mask, y),
    torch.take(x, i), torch.put(x, i, y, true), torch.gather(x, 0, i), torch.take_along_dim(x, i, 0),
    torch.scatter(x, 0, i, 1), torch.scatter_add(x, 0, i, y), torch.scatter_reduce(x, 0, i, y, 'amax', {
    include_self: false }), torch.nonzero(x), torch.argwhere(x),
    // As methods
    x.index(0, ':', '1:3', '::2', null, '...', i), x.index_put([i], 1), x.index_select(0, i),
    x.index_add(0, i, y, { alpha: 2 }), x.index_copy(0, i, y), x.index_fill(0, i, 1),
    x.masked_select(mask), x.masked_scatter(mask, y), x.take(i), x.put(i, y, true), x.gather(0, i),
    x.take_along_dim(i, 0), x.scatter(0, i, 1), x.scatter_add(0, i, y), x.scatter_reduce(0, i, y,
    'amax', { include_self: false }), x.nonzero(), x.argwhere(),
    // In place
    torch.index_put_(x, [i, ':'], y, { accumulate: true }), torch.index_add_(x, 0, i, y),
    torch.index_copy_(x, 0, i, y), torch.index_fill_(x, 0, i, 1), torch.masked_scatter_(x, mask, y),
    torch.put_(x, i, y), torch.scatter_(x, 0, i, y, { reduce: 'add' }), torch.scatter_add_(x, 0, i, y),
    torch.scatter_reduce_(x, 0, i, y, 'sum'), x.index_put_([i, ':'], y, { accumulate: true }),
    x.index_add_(0, i, y), x.index_copy_(0, i, y), x.index_fill_(0, i, 1), x.masked_scatter_(mask, y),
    x.put_(i, y), x.scatter_(0, i, y, { reduce: 'add' }), x.scatter_add_(0, i, y), x.scatter_reduce_(0,
    i, y, 'sum'),
    // A tensor for each dimension
    ...torch.nonzero(x, { as_tuple: true }), ...x.nonzero({ as_tuple: true }),
  ];
}

export function attributes(x: Tensor): unknown[] {
  const sizes: Size[] = [x.shape, x.size(), x.stride(), torch.broadcast_shapes([2], [3, 1])];
  const numbers: number[] = [
    x.size(0), x.stride(0), x.storage_offset(), x.ndim, x.dim(), x.ndimension(), x.numel(),
    x.nelement(), torch.numel(x), x.element_size(), x.itemsize, x.nbytes, x._version, x.item(), +x,
  ];
  const truths: boolean[] = [
    x.is_contiguous(), x.requires_grad, x.is_leaf, x.retains_grad, x.is_inference(), x.is_disposed,
    x.is_same(x), x.is_floating_point(), x.is_nonzero(), torch.is_nonzero(x), torch.is_tensor(x),
    torch.is_floating_point(x), torch.can_cast(x.dtype, torch.bool),
  ];
  const same: Tensor[] = [
    x.data, x.T, x.mT, x.H, x.mH, x.to(torch.int64), x.to('cpu', torch.int64), x.to({ dtype: torch.bool
    }), x.type(torch.uint8), x.float(), x.double(), x.int(), x.long(), x.byte(), x.bool(), x.cpu(),
    x.type_as(x),
  ];
  const dtypes: torch.dtype[] = [
    x.dtype, torch.result_type(x, 1), torch.promote_types(torch.int32, torch.uint8), torch.get_default_dtype(),
    torch.float32, torch.float64, torch.int32, torch.uint8, torch.float, torch.double, torch.int, torch.long,
  ];
  const never: () => never = () => x.half() ?? x.bfloat16();
  const elements: Float32Array[] = [x.toArray(), x.numpy()];
  const nested: number[][] = x.tolist<number[][]>();
  const texts: string[] = [x.type(), x.device, torch.device('cpu'), String(x.dtype), JSON.stringify(x.toJSON())];
  torch.set_default_dtype(torch.float32);
  const limits: number[] = [torch.finfo().eps, torch.iinfo(torch.int32).bits];
  const kind: typeof Tensor = torch.Tensor;
  x.dispose();
  return [sizes, numbers, truths, same, dtypes, never, elements, nested, texts, limits, kind];
}
