#include "ops/restride.h"

#include <algorithm>

#include "autograd/record.h"
#include "ops/arithmetic.h"
#include "ops/copy.h"
#include "ops/creation.h"
#include "ops/view.h"

namespace torch {

namespace {

int64_t reach(const Layout& layout) {
  if (numel(layout.sizes) == 0) return 0;
  int64_t last = layout.offset;
  for (int d = 0; d < layout.sizes.size(); ++d) last += (layout.sizes[d] - 1) * layout.strides[d];
  return last + 1;
}

Tensor at(const Tensor& memory, const Layout& layout) {
  return memory.alias(layout.sizes, layout.strides, layout.offset);
}

// place += g, where the elements of `place` may share memory: then slice by slice.
void add_into(const Tensor& place, const Tensor& g) {
  if (!Layout::of(place).overlaps()) return copy_into(place, add(place, g));
  for (int64_t i = 0; i < place.sizes()[0]; ++i) add_into(select(place, 0, i), select(g, 0, i));
}

Tensor memory_with(const Tensor& g, const Layout& from, int64_t extent) {
  const Tensor memory = zeros({extent}, g.dtype());
  if (g.numel() > 0) add_into(at(memory, from), g.detach());
  return memory;
}

}  // namespace

bool Layout::overlaps() const {
  // Taken by falling stride, each step must clear all that the smaller ones reach.
  if (torch::numel(sizes) == 0) return false;
  int64_t covered = 1;
  for (int64_t d : by_stride(sizes, strides)) {
    if (strides[int(d)] < covered) return true;
    covered += (sizes[int(d)] - 1) * strides[int(d)];
  }
  return false;
}

Tensor restride(const Tensor& g, const Layout& from, const Layout& to) {
  Tensor y;
  {
    GradMode off(false);
    y = clone(at(memory_with(g, from, std::max(reach(from), reach(to))), to));
  }
  return record("AsStridedBackward0", y, {g}, {}, [=](const Tensor& gg, const Context&) -> Grads {
    return {restride(gg, to, from)};
  });
}

Tensor cleared(const Tensor& g, const Layout& whole, const Layout& part) {
  Tensor y;
  {
    GradMode off(false);
    const Tensor memory = memory_with(g, whole, std::max(reach(whole), reach(part)));
    copy_into(at(memory, part), Tensor::number(0));
    y = clone(at(memory, whole));
  }
  return record("CopySlices", y, {g}, {}, [=](const Tensor& gg, const Context&) -> Grads {
    return {cleared(gg, whole, part)};
  });
}

}  // namespace torch
