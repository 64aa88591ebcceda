// Which test holds which public op: the built library's exports, against the rows of gradcheck and of
// the op table, PyTorch's fixtures and the tests that call an op by its name.
import { readdirSync, readFileSync } from 'node:fs';
import * as torch from 'alphatorch';

const at = (path) => new URL(`../${path}`, import.meta.url);
const read = (path) => readFileSync(at(path), 'utf8');

/** The names that PyTorch scripts use most: those a ported script must find. */
export const wanted = `
  tensor as_tensor from_numpy zeros ones empty full eye arange linspace logspace rand randn randint randperm
  zeros_like ones_like empty_like full_like rand_like randn_like randint_like new_zeros new_ones new_full new_tensor
  tril triu diag nn.functional.one_hot meshgrid
  shape size dtype device ndim dim numel stride is_contiguous requires_grad grad grad_fn is_leaf data T mT item
  tolist numpy _version element_size storage_offset
  view reshape flatten unflatten squeeze unsqueeze transpose permute movedim swapaxes t expand expand_as
  broadcast_to repeat repeat_interleave tile cat concat stack hstack vstack split chunk unbind narrow select
  contiguous clone roll flip rot90 unfold as_strided
  index index_select gather scatter scatter_ scatter_add scatter_add_ scatter_reduce index_add index_add_
  index_copy_ index_fill_ masked_fill masked_fill_ masked_select masked_scatter_ take take_along_dim where nonzero
  argwhere index_put_
  add sub mul div floor_divide remainder fmod pow neg abs sign sqrt rsqrt square reciprocal exp exp2 expm1 log log2
  log10 log1p sin cos tan asin acos atan atan2 sinh cosh tanh sigmoid erf erfc erfinv floor ceil round trunc frac
  clamp clip lerp addcmul addcdiv maximum minimum fmax fmin isnan isinf isfinite nan_to_num logical_and logical_or
  logical_xor logical_not bitwise_and bitwise_or bitwise_xor bitwise_not eq ne lt le gt ge hypot softplus
  sum mean prod std var var_mean std_mean max min amax amin aminmax argmax argmin median nanmedian mode quantile
  logsumexp norm linalg.norm linalg.vector_norm all any cumsum cumprod cummax cummin count_nonzero unique bincount
  histc topk sort argsort kthvalue nansum nanmean dist cdist
  mm bmm matmul mv dot outer einsum addmm baddbmm addmv tensordot kron trace linalg.inv linalg.det linalg.solve
  linalg.qr linalg.svd linalg.eigh linalg.cholesky linalg.matrix_norm linalg.matrix_power linalg.pinv linalg.lstsq
  linalg.slogdet
  backward detach detach_ requires_grad_ retain_grad register_hook to type float double half long int bool cpu
  type_as allclose equal isclose no_grad enable_grad set_grad_enabled is_grad_enabled inference_mode
  set_default_dtype get_default_dtype finfo iinfo save load`.match(/\S+/g);

const prototype = torch.Tensor.prototype;
const own = (name) => Object.getOwnPropertyDescriptor(prototype, name);
// What belongs to the object, not to PyTorch's tensor, and what is no function.
const apart = new Set(['constructor', 'handle', 'become', 'wrapped', 'checkGrad', 'toString', 'toJSON']);

/** The wanted names that the library does not have, as function, method or attribute. */
export const missing = () =>
  wanted.filter((name) => !(name in prototype) && name.split('.').reduce((o, part) => o?.[part], torch) === undefined);

/** name → texts that say which row holds it. */
function rowsOf(gather) {
  const rows = new Map();
  gather((name, text) => rows.set(name, (rows.get(name) ?? new Set()).add(text)));
  return rows;
}

const gradchecks = rowsOf((add) => {
  const text = read('web/gradcheck_rows.ts').split('export const rows')[1].split('export const others')[0];
  for (const [, names] of text.matchAll(/unary\([-\d., ]*((?:'\w+'(?:, )?)+)/g)) {
    for (const [, name] of names.matchAll(/'(\w+)'/g)) add(name, `gradcheck ${name}`);
  }
  for (const part of text.split(/(?=\brow\()/)) {
    const [, core] = /^row\(\s*'(\w+)'/.exec(part) ?? [];
    if (!core) continue;
    add(core, `gradcheck ${core}`);
    const body = part.slice(part.indexOf('=>'));
    const called = [...body.matchAll(/(linalg\.)?(?<![\w$])(\w+)\(/g)].map(([, space = '', name]) => space + name);
    const held = part.includes('written(') ? called.filter((name) => name.endsWith('_')) : called.slice(0, 1);
    for (const name of held) add(name, `gradcheck ${core}`);
  }
});

const tableRows = rowsOf((add) => {
  const text = read('ops/op_table_test.cpp');
  for (const [, name] of text.matchAll(/\b(?:UNARY|BINARY)\((\w+)/g)) add(name, `op table ${name}`);
  for (const [, name] of text.matchAll(/^ *\{"(\w+)/gm)) add(name, `op table ${name}`);
});

const fixtures = rowsOf((add) => {
  for (const file of readdirSync(at('fixtures')).filter((name) => name.endsWith('.json'))) {
    const { cases = [], refusals = [], init = [] } = JSON.parse(read(`fixtures/${file}`));
    const counts = new Map();
    const named = [...cases, ...refusals, ...init.map(({ name }) => ({ op: `nn.init.${name}` }))];
    for (const { op } of named) if (op) counts.set(op, (counts.get(op) ?? 0) + 1);
    for (const [op, count] of counts) add(op, `${count} of ${file}`);
  }
});

const tests = readdirSync(at('web'))
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => ({ name: name.replace('.ts', ''), text: read(`web/${name}`) }));

/** The tests that say `path` of the namespace's function, or `.name` of the method. */
const saying = (pattern) => tests.filter(({ text }) => pattern.test(text)).map(({ name }) => name);

const isClass = (value) => /^class\b/.test(Function.prototype.toString.call(value));
const spaces = {
  '': torch,
  'linalg.': torch.linalg,
  'nn.functional.': torch.nn.functional,
  'nn.init.': torch.nn.init,
  'autograd.': torch.autograd,
  'autograd.functional.': torch.autograd.functional,
};

function rowFor(path, names) {
  for (const rows of [gradchecks, tableRows, fixtures]) {
    for (const name of [path, ...names]) if (rows.has(name)) return [...rows.get(name)].join(', ');
  }
  return undefined;
}

/** Every public op: its names as function and method, and the row that holds it, if there is one. */
export function ops() {
  const found = new Map();
  const entry = (key, path) => found.get(key) ?? found.set(key, { path, functions: [], method: false }).get(key);
  for (const [space, exports] of Object.entries(spaces)) {
    for (const [name, value] of Object.entries(exports)) {
      if (name.startsWith('_') || typeof value !== 'function' || isClass(value)) continue;
      entry(value, space + name).functions.push(space + name);
    }
  }
  for (const name of Object.getOwnPropertyNames(prototype)) {
    if (apart.has(name) || name.startsWith('_')) continue;
    const f = torch[name];
    if (typeof f === 'function' && !isClass(f) && typeof own(name).value === 'function') entry(f, name).method = true;
    else entry(`.${name}`, `Tensor.${name}`).method = true;
  }
  const rowOf = (op) => {
    const names = [op.path, ...op.functions].map((path) => path.split('.').at(-1));
    const [name] = names;
    // names.test.ts holds each op in place against the op.
    const base = op.functions.length === 0 && name.endsWith('_') ? found.get(torch[name.slice(0, -1)]) : undefined;
    const inPlace = base && rowOf(base);
    const tested = () => {
      const mentioned = op.functions.flatMap((path) => saying(new RegExp(`\\b${path.split('.').at(-1)}\\b`)));
      const called = op.method ? saying(new RegExp(`\\.${name}\\b`)) : [];
      return [...new Set([...mentioned, ...called])].slice(0, 3).join(', ') || undefined;
    };
    return rowFor(op.path, names) ?? (inPlace ? `names.test, in place of ${base.path}: ${inPlace}` : tested());
  };
  return [...found.values()].map((op) => ({ ...op, row: rowOf(op) }));
}
