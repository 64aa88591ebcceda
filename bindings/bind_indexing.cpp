// The tables of indexing and of what puts elements in another order, as in bind_ops.cpp.
#include <emscripten/bind.h>

#include "handles.h"
#include "ops/along.h"
#include "ops/indexing.h"
#include "ops/rearrange.h"
#include "wire.h"

namespace torch::bindings {

// Four numbers for each: kind, start (or a tensor's handle), stop and step.
template <>
struct Wire<std::vector<Selector>> {
  using type = Address;
  static std::vector<Selector> from(Address list) {
    std::vector<Selector> selectors;
    const double* p = at(list);
    for (int i = 0; i < static_cast<int>(p[0]); i += 4) {
      Selector s{static_cast<Selector::Kind>(p[i + 1]),
                 static_cast<int64_t>(p[i + 2]),
                 static_cast<int64_t>(p[i + 3]),
                 static_cast<int64_t>(p[i + 4]),
                 {}};
      if (s.kind == Selector::Kind::Tensor) s.tensor = held(static_cast<int32_t>(s.start));
      selectors.push_back(std::move(s));
    }
    return selectors;
  }
};

template <>
struct Wire<Reduce> {
  using type = int32_t;
  static Reduce from(int32_t value) { return static_cast<Reduce>(value); }
};

using emscripten::function;

EMSCRIPTEN_BINDINGS(indexing) {
  function("index(x, selectors)", wire<&torch::index>);
  function("index_put_(x, selectors, values, accumulate)", wire<&torch::index_put_>);
  function("nonzero(x)", wire<&torch::nonzero>);
  function("index_select(x, dim, index)", wire<&torch::index_select>);
  function("index_add(x, dim, index, source, alpha, in_place)", wire<&torch::index_add>);
  function("index_copy(x, dim, index, source, in_place)", wire<&torch::index_copy>);
  function("index_fill(x, dim, index, value, in_place)", wire<&torch::index_fill>);
  function("masked_select(x, mask)", wire<&torch::masked_select>);
  function("masked_scatter(x, mask, source, in_place)", wire<&torch::masked_scatter>);
  function("take(x, index)", wire<&torch::take>);
  function("put(x, index, source, accumulate, in_place)", wire<&torch::put>);
  function("gather(x, dim, index)", wire<&torch::gather>);
  function("scatter(x, dim, index, source, in_place)", wire<&torch::scatter>);
  function("scatter_add(x, dim, index, source, in_place)", wire<&torch::scatter_add>);
  function("scatter_reduce(x, dim, index, source, reduce, include_self)",
           wire<&torch::scatter_reduce>);
}

EMSCRIPTEN_BINDINGS(rearrange) {
  function("repeat(x, times)", wire<&torch::repeat>);
  function("repeat_interleave(x, repeats, dim)", wire<&torch::repeat_interleave>);
  function("roll(x, shifts, dims)", wire<&torch::roll>);
  function("flip(x, dims)", wire<&torch::flip>);
  function("rot90(x, k, dims)", wire<&torch::rot90>);
  function("unfold(x, dim, size, step)", wire<&torch::unfold>);
  function("tril(x, diagonal)", wire<&torch::tril>);
  function("triu(x, diagonal)", wire<&torch::triu>);
  function("diag(x, diagonal)", wire<&torch::diag>);
  function("diag_embed(x, offset, dim1, dim2)", wire<&torch::diag_embed>);
}

}  // namespace torch::bindings
