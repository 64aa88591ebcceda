#include "ops/indexing.h"

#include "autograd/record.h"
#include "ops/arithmetic.h"
#include "ops/comparison.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/rows.h"
#include "ops/view.h"

namespace torch {

namespace {

Write way(bool in_place) { return in_place ? Write::InPlace : Write::Copy; }

bool is_mask(const Tensor& t) { return t.dtype() == DType::Bool || t.dtype() == DType::UInt8; }

bool broadcasts(const Shape& from, const Shape& to) {
  if (from.size() > to.size()) return false;
  for (int i = 1; i <= from.size(); ++i) {
    const int64_t size = from[from.size() - i];
    if (size != 1 && size != to[to.size() - i]) return false;
  }
  return true;
}

// Contiguous int64 copies of index tensors cost little beside what they choose.
Tensor as_indices(const Tensor& index) { return contiguous(to(index, DType::Int64)); }

// For each of `outer` blocks of `count` slices of `length` elements, where the slices `at` start.
Rows slices(size_t outer, int64_t count, const Tensor& at, int64_t length) {
  const int64_t n = at.numel(), blocks = static_cast<int64_t>(outer);
  const Tensor starts = Tensor::empty({blocks * n}, DType::Int64);
  int64_t* start = starts.data<int64_t>();
  const int64_t* indices = at.data<int64_t>();
  for (int64_t o = 0; o < blocks; ++o) {
    for (int64_t i = 0; i < n; ++i) *start++ = (o * count + indices[i]) * length;
  }
  return {starts, length};
}

// What the selectors leave of x as a view, and for each of its dimensions the index tensor on it;
// undefined for most.
struct Selection {
  Tensor view;
  std::vector<Tensor> indices;
  bool by_tensors = false;

  // The tensor counts from dimension `dim` on; a mask becomes an index for each of its dimensions.
  void add(int dim, const Tensor& tensor) {
    by_tensors = true;
    indices.resize(static_cast<size_t>(dim));
    if (!is_mask(tensor)) {
      check_index(tensor.dtype() == DType::Int64 || tensor.dtype() == DType::Int32,
                  "tensors used as indices must be long, byte or bool tensors");
      indices.push_back(tensor);
      return;
    }
    for (int d = 0; d < tensor.dim(); ++d) {
      check_index(tensor.sizes()[d] == view.sizes()[dim + d], "The shape of the mask ",
                  tensor.sizes(), " at index ", d,
                  " does not match the shape of the indexed tensor ", view.sizes(), " at index ",
                  dim + d);
    }
    const Tensor found = nonzero(tensor);
    for (int d = 0; d < tensor.dim(); ++d) indices.push_back(torch::select(found, 1, d));
  }
};

// How many of x's dimensions the selector stands for.
int consumed(const Selector& s) {
  switch (s.kind) {
    case Selector::Kind::Int:
    case Selector::Kind::Slice:
      return 1;
    case Selector::Kind::Tensor:
      return is_mask(s.tensor) ? s.tensor.dim() : 1;
    default:
      return 0;
  }
}

Selection selected(const Tensor& x, const std::vector<Selector>& selectors) {
  int due = 0;
  for (const Selector& s : selectors) due += consumed(s);
  if (x.dim() == 0 && selectors.size() == 1) {
    check_index(selectors[0].kind != Selector::Kind::Int,
                "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or "
                "`tensor.item<T>()` in C++ to convert a 0-dim tensor to a number");
    check_index(selectors[0].kind != Selector::Kind::Slice,
                "slice() cannot be applied to a 0-dim tensor.");
  }
  check_index(due <= x.dim(), "too many indices for tensor of dimension ", x.dim());

  Selection result{x, {}, false};
  Tensor& y = result.view;
  // Where we are in y, and which of x's dimensions that is.
  int dim = 0, whole = 0;
  bool ellipsis = false;
  const auto at_number = [&](int64_t i) {
    const int64_t size = y.sizes()[dim];
    check_index(i >= -size && i < size, "index ", i, " is out of bounds for dimension ", whole,
                " with size ", size);
    y = select(y, dim, i);
  };
  // An axis of its own, kept or emptied.
  const auto at_bool = [&](bool kept) {
    y = unsqueeze(y, dim);
    result.add(dim++, full({kept ? 1 : 0}, 0, DType::Int64));
  };
  for (const Selector& s : selectors) {
    switch (s.kind) {
      case Selector::Kind::Int:
        at_number(s.start);
        break;
      case Selector::Kind::Slice:
        check_value(s.step != 0, "slice step cannot be zero");
        check_value(s.step > 0, "step must be greater than zero");
        y = slice(y, dim++, s.start, s.stop, s.step);
        break;
      case Selector::Kind::NewAxis:
        y = unsqueeze(y, dim++);
        break;
      case Selector::Kind::Ellipsis:
        check_index(!ellipsis, "index: at most one '...' is possible");
        ellipsis = true;
        dim += x.dim() - due;
        whole += x.dim() - due;
        break;
      case Selector::Kind::Bool:
        at_bool(s.start != 0);
        break;
      case Selector::Kind::Tensor:
        if (s.tensor.dim() > 0) {
          result.add(dim, s.tensor);
          dim += consumed(s);
        } else if (is_mask(s.tensor)) {
          at_bool(item(s.tensor) != 0);
        } else {
          check_index(!is_floating(s.tensor.dtype()),
                      "tensors used as indices must be long, byte or bool tensors");
          at_number(static_cast<int64_t>(item(s.tensor)));
        }
    }
    whole += consumed(s);
  }
  return result;
}

// Rows of `whole`, which is the view with the indexed dimensions side by side; chosen, they make a
// tensor of `sizes`.
struct Chosen {
  Tensor whole;
  Shape order;
  Rows rows;
  Shape sizes;
};

Chosen choose(const Selection& selection) {
  const Tensor& x = selection.view;
  // The indexed dimensions stay where they are if they are neighbours, else they go to the front.
  Shape indexed, before, after;
  std::vector<Tensor> indices;
  int first = -1, last = -1;
  for (int d = 0; d < x.dim(); ++d) {
    if (d < static_cast<int>(selection.indices.size()) &&
        selection.indices[static_cast<size_t>(d)].defined()) {
      if (first < 0) first = d;
      last = d;
      indexed.push_back(d);
      indices.push_back(selection.indices[static_cast<size_t>(d)]);
    } else {
      (indexed.empty() ? before : after).push_back(d);
    }
  }
  const bool neighbours = last - first + 1 == indexed.size();
  if (!neighbours) {
    for (int64_t d : after) before.push_back(d);
    after = before;
    before = {};
  }

  Shape together = indices[0].sizes();
  for (const Tensor& i : indices) {
    Shape both = together;
    for (int k = 1; k <= i.dim(); ++k) {
      const int64_t size = i.sizes()[i.dim() - k];
      if (k > both.size()) {
        both.insert(0, size);
      } else if (both[both.size() - k] == 1) {
        both[both.size() - k] = size;
      }
    }
    if (!broadcasts(i.sizes(), both) || !broadcasts(together, both)) {
      std::string shapes;
      for (const Tensor& t : indices) shapes += concat(shapes.empty() ? "" : ", ", t.sizes());
      fail(ErrorKind::Index,
           "shape mismatch: indexing tensors could not be broadcast together with shapes ", shapes);
    }
    together = both;
  }

  const Tensor at = zeros(together, DType::Int64);
  int64_t* positions = at.data<int64_t>();
  int64_t count = 1;
  for (size_t k = 0; k < indices.size(); ++k) {
    const int64_t dim = indexed[static_cast<int>(k)], size = x.sizes()[static_cast<int>(dim)];
    const Tensor index = as_indices(expand(indices[k], together));
    for (int64_t i = 0; i < at.numel(); ++i) {
      const int64_t given = index.data<int64_t>()[i];
      check_index(given >= -size && given < size, "index ", given,
                  " is out of bounds for dimension ", dim, " with size ", size);
      positions[i] = positions[i] * size + (given < 0 ? given + size : given);
    }
    count *= size;
  }

  Chosen chosen;
  size_t outer = 1;
  int64_t inner = 1;
  for (int64_t d : before) {
    chosen.order.push_back(d);
    chosen.sizes.push_back(x.sizes()[static_cast<int>(d)]);
    outer *= static_cast<size_t>(chosen.sizes.back());
  }
  for (int64_t d : indexed) chosen.order.push_back(d);
  for (int64_t size : together) chosen.sizes.push_back(size);
  for (int64_t d : after) {
    chosen.order.push_back(d);
    chosen.sizes.push_back(x.sizes()[static_cast<int>(d)]);
    inner *= chosen.sizes.back();
  }
  chosen.whole = neighbours ? x : permute(x, chosen.order);
  chosen.rows = slices(outer, count, at, inner);
  return chosen;
}

// What is written where, in x's dtype.
Tensor values_for(const Tensor& x, const Tensor& values, const Shape& sizes) {
  check(values.is_number() || values.dtype() == x.dtype(),
        "Index put requires the source and destination dtypes match, got ",
        scalar_type_name(x.dtype()), " for the destination and ", scalar_type_name(values.dtype()),
        " for the source.");
  check(broadcasts(values.sizes(), sizes), "shape mismatch: value tensor of shape ", values.sizes(),
        " cannot be broadcast to indexing result of shape ", sizes);
  return expand(to(values, x.dtype()), sizes);
}

// Without the leading dimensions of size 1 that `sizes` does not have.
Tensor without_leading(Tensor values, const Shape& sizes) {
  while (values.dim() > sizes.size() && values.sizes()[0] == 1) values = select(values, 0, 0);
  return values;
}

constexpr const char* kIndexAdd = "index_add_";
constexpr const char* kIndexCopy = "index_copy_";

struct Slices {
  int dim;
  Rows rows;
  // x's sizes with as many slices as are chosen; a 0-dim x is a slice itself.
  Shape sizes;
};

Slices slices_at(const char* op, const Tensor& x, int64_t dim, const Tensor& index) {
  const int d = wrap_dim(dim, x.dim());
  check_index(index.dim() <= 1, op, "(): Index is supposed to be a vector");
  check(index.dtype() == DType::Int64 || index.dtype() == DType::Int32, op,
        "(): Expected dtype int32 or int64 for index");
  const Tensor at = as_indices(index);
  const Shape whole = x.dim() == 0 ? Shape{1} : x.sizes();
  for (int64_t i = 0; i < at.numel(); ++i) {
    const int64_t given = at.data<int64_t>()[i];
    if (given >= 0 && given < whole[d]) continue;
    check_index(op == kIndexCopy, "index out of range in self");
    fail(ErrorKind::Index, op, "(): index ", given, " is out of bounds for dimension ", d,
         " with size ", whole[d]);
  }
  size_t outer = 1;
  int64_t inner = 1;
  for (int k = 0; k < whole.size(); ++k) {
    if (k < d) outer *= static_cast<size_t>(whole[k]);
    if (k > d) inner *= whole[k];
  }
  Shape sizes = whole;
  sizes[d] = at.numel();
  return {d, slices(outer, whole[d], at, inner), sizes};
}

// `source` for index_add() and index_copy(): of x's dtype and of the sizes of what is chosen.
void check_source(const char* op, const Tensor& x, const Slices& at, const Tensor& source) {
  check(source.dtype() == x.dtype(), op, "(): self (", scalar_type_name(x.dtype()),
        ") and source (", scalar_type_name(source.dtype()), ") must have the same scalar type");
  const int64_t due = at.sizes[at.dim];
  const int64_t given = source.dim() == 0 ? 1 : source.size(std::min(at.dim, source.dim() - 1));
  if (due != given && op == kIndexCopy) {
    fail(ErrorKind::Index, op, "(): Number of indices (", due,
         ") should be equal to source.size(dim) (", given, ")");
  }
  check(due == given, op, "(): Number of indices (", due,
        ") should be equal to source.size(dim): (", given, "), for dim: ", at.dim);
  check(source.numel() == numel(at.sizes) && (source.dim() == 0 || source.sizes() == at.sizes), op,
        "(): source tensor shape must match self tensor shape, excluding the specified dimension. ",
        "Got self.shape = ", x.sizes(), " source.shape = ", source.sizes());
}

Tensor flat(const Tensor& x) { return reshape(x, {x.numel()}); }

Rows elements_at(const char* op, const char* aim, const Tensor& x, const Tensor& index) {
  check(index.dtype() == DType::Int64, op, "(): Expected a long tensor for index, but got ",
        scalar_type_name(index.dtype()));
  const int64_t size = x.numel();
  check_index(size > 0 || index.numel() == 0, op, "(): ", aim, " an empty tensor");
  const Tensor at = clone(index);
  int64_t* positions = at.data<int64_t>();
  for (int64_t i = 0; i < at.numel(); ++i) {
    check_index(positions[i] >= -size && positions[i] < size,
                "out of range: tried to access index ", positions[i], " on a tensor of ", size,
                " elements.");
    if (positions[i] < 0) positions[i] += size;
  }
  return {flat(at), 1};
}

}  // namespace

Tensor index(const Tensor& x, const std::vector<Selector>& selectors) {
  const Selection selection = selected(x, selectors);
  if (!selection.by_tensors) {
    return selection.view.is_same(x) ? named("AliasBackward0", expand(x, x.sizes()))
                                     : selection.view;
  }
  const Chosen chosen = choose(selection);
  return take_rows("IndexBackward0", chosen.whole, chosen.rows, chosen.sizes);
}

Tensor index_put_(const Tensor& x, const std::vector<Selector>& selectors, const Tensor& values,
                  bool accumulate) {
  const Selection selection = selected(x, selectors);
  const Tensor& part = selection.view;
  if (!selection.by_tensors) {
    const Tensor source = without_leading(values, part.sizes());
    if (accumulate) {
      add_(part, source);
    } else {
      copy_(part, source);
    }
    return x;
  }
  const Chosen chosen = choose(selection);
  const Tensor source = values_for(x, without_leading(values, chosen.sizes), chosen.sizes);
  const auto write = accumulate ? add_rows : put_rows;
  write("IndexPutBackward0", chosen.whole, chosen.rows, source, Write::InPlace);
  return x;
}

Tensor nonzero(const Tensor& x) {
  const Tensor mask = contiguous(x.dtype() == DType::Bool ? x : ne(x.detach(), Tensor::number(0)));
  const bool* holds = mask.data<bool>();
  int64_t count = 0;
  for (int64_t i = 0; i < mask.numel(); ++i) count += holds[i];
  const int dims = x.dim();
  const Tensor y = Tensor::empty({count, dims}, DType::Int64);
  int64_t* row = y.data<int64_t>();
  Shape counter(dims, 0);
  for (int64_t i = 0; i < mask.numel(); ++i) {
    if (holds[i]) {
      for (int d = 0; d < dims; ++d) *row++ = counter[d];
    }
    for (int d = dims - 1; d >= 0 && ++counter[d] == x.sizes()[d]; --d) counter[d] = 0;
  }
  return y;
}

Tensor index_select(const Tensor& x, int64_t dim, const Tensor& index) {
  const Slices at = slices_at("index_select", x, dim, index);
  check_index(x.dim() > 0 || index.numel() == 1,
              "index_select(): Index to scalar can have only 1 value, got ", index.numel(),
              " value(s)");
  return take_rows("IndexSelectBackward0", x, at.rows, x.dim() == 0 ? Shape{} : at.sizes);
}

Tensor index_add(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source,
                 double alpha, bool in_place) {
  const Slices at = slices_at(kIndexAdd, x, dim, index);
  check_source(kIndexAdd, x, at, source);
  const Tensor scaled =
      alpha == 1 ? source : mul(source, Tensor::number(Scalar::from_number(alpha)));
  return add_rows("IndexAddBackward0", x, at.rows, scaled, way(in_place));
}

Tensor index_copy(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source,
                  bool in_place) {
  const Slices at = slices_at(kIndexCopy, x, dim, index);
  check_source(kIndexCopy, x, at, source);
  return put_rows("IndexCopyBackward0", x, at.rows, source, way(in_place));
}

Tensor index_fill(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& value,
                  bool in_place) {
  check(value.dim() == 0, "index_fill_ only supports a 0-dimensional value tensor, but got tensor ",
        "with ", value.dim(), " dimension(s).");
  const Slices at = slices_at("index_fill", x, dim, index);
  return put_rows("IndexFillBackward0", x, at.rows, expand(to(value, x.dtype()), at.sizes),
                  way(in_place));
}

Tensor masked_select(const Tensor& x, const Tensor& mask) {
  check(mask.dtype() == DType::Bool, "masked_select: expected BoolTensor or ByteTensor for mask");
  const Shape sizes = broadcast_shapes(mask.sizes(), x.sizes());
  const Tensor at = as_indices(flat(nonzero(flat(expand(mask, sizes)))));
  return take_rows("MaskedSelectBackward0", expand(x, sizes), {at, 1}, {at.numel()});
}

Tensor masked_scatter(const Tensor& x, const Tensor& mask, const Tensor& source, bool in_place) {
  check(mask.dtype() == DType::Bool, "masked_scatter: expected BoolTensor for mask");
  check(x.dtype() == source.dtype(),
        "masked_scatter: expected self and source to have same dtypes but got",
        scalar_type_name(x.dtype()), " and ", scalar_type_name(source.dtype()));
  const Shape sizes = in_place ? x.sizes() : broadcast_shapes(x.sizes(), mask.sizes());
  const Tensor at = as_indices(flat(nonzero(flat(expand(mask, sizes)))));
  check(at.numel() <= source.numel(), "Number of elements of source < number of ones in mask");
  return put_rows("MaskedScatterBackward0", sizes == x.sizes() ? x : expand(x, sizes), {at, 1},
                  narrow(flat(source), 0, 0, at.numel()), way(in_place));
}

Tensor take(const Tensor& x, const Tensor& index) {
  return take_rows("TakeBackward0", x, elements_at("take", "tried to take from", x, index),
                   index.sizes());
}

Tensor put(const Tensor& x, const Tensor& index, const Tensor& source, bool accumulate,
           bool in_place) {
  check(source.numel() == index.numel(), "put_(): Expected source and index to have the same ",
        "number of elements, but got source.numel() = ", source.numel(),
        ", index.numel() = ", index.numel());
  check(source.dtype() == x.dtype(), "put_(): self and source expected to have the same dtype, ",
        "but got self.dtype = ", scalar_type_name(x.dtype()),
        " and source.dtype = ", scalar_type_name(source.dtype()));
  const auto write = accumulate ? add_rows : put_rows;
  const Rows at = elements_at("put_", "Tried to put elements into", x, index);
  return write("PutBackward0", x, at, source, way(in_place));
}

}  // namespace torch
