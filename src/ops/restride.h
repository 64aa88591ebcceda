// Elements moved between two layouts of one stretch of memory: what derivatives of strided views
// and of writes through views are made of.
#pragma once

#include "tensor/tensor.h"

namespace torch {

// Where the elements of a tensor lie in its storage.
struct Layout {
  Shape sizes;
  Shape strides;
  int64_t offset = 0;

  static Layout of(const Tensor& x) { return {x.sizes(), x.strides(), x.storage_offset()}; }
  // Whether two elements may share a place.
  bool overlaps() const;
};

// g's elements added up where `from` puts them in zeroed memory, read back as `to` sees it. Linear;
// its adjoint has the layouts swapped.
Tensor restride(const Tensor& g, const Layout& from, const Layout& to);

// g, which lies as `whole`, with zeros where `part` lies. Its own adjoint.
Tensor cleared(const Tensor& g, const Layout& whole, const Layout& part);

}  // namespace torch
