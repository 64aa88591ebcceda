// The tensor: a view of counted storage, with its place in the autograd graph.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>

#include "base/dtype.h"
#include "base/shape.h"
#include "tensor/storage.h"

namespace torch {

namespace autograd {
struct Node;
class Hooks;
}  // namespace autograd

// A number of the user's, with the category that type promotion looks at.
struct Scalar {
  enum class Kind { Bool, Int, Float } kind;
  double value;
  int64_t integer;

  Scalar(double v) : kind(Kind::Float), value(v), integer(0) {}
  Scalar(float v) : Scalar(static_cast<double>(v)) {}
  Scalar(bool v) : kind(Kind::Bool), value(v), integer(v) {}
  Scalar(int64_t v) : kind(Kind::Int), value(static_cast<double>(v)), integer(v) {}
  Scalar(int v) : Scalar(static_cast<int64_t>(v)) {}

  // A JavaScript number: whole numbers up to 2^53 count as integers.
  static Scalar from_number(double v);

  // What the number is as a tensor: bool, int64 or float64.
  DType dtype() const {
    return kind == Kind::Bool ? DType::Bool : kind == Kind::Int ? DType::Int64 : DType::Float64;
  }
};

// What a Tensor refers to; only Tensor and WeakTensor touch it.
struct TensorImpl {
  std::shared_ptr<Storage> storage;
  Shape sizes;
  Shape strides;
  int64_t offset = 0;
  int64_t numel = 0;
  DType dtype = DType::Float32;
  bool is_number = false;
  bool requires_grad = false;
  std::shared_ptr<autograd::Node> grad_fn;
  // Which of grad_fn's outputs this is.
  uint32_t output_nr = 0;
  // What watches a leaf's gradient; null for none.
  std::shared_ptr<autograd::Hooks> hooks;
  std::shared_ptr<TensorImpl> grad;
  // What this one is a view of; null otherwise.
  std::shared_ptr<TensorImpl> base;
  // Of a base: how often a write has given it a new place in the graph. Of a view: the base's count
  // that its grad_fn belongs to.
  uint32_t history = 0;
  // Made in inference mode: no graph may ever save it.
  bool is_inference = false;
  // A view that was made while nothing was recorded.
  bool unrecorded_view = false;

  TensorImpl();
  ~TensorImpl();
};

class Tensor {
 public:
  // An undefined tensor: "no bias", "no gradient".
  Tensor() = default;
  // Out of line: counted inline, at every temporary of every op, they would be a tenth of the
  // download.
  Tensor(const Tensor& other);
  Tensor(Tensor&& other) noexcept = default;
  Tensor& operator=(const Tensor& other);
  Tensor& operator=(Tensor&& other) noexcept;
  ~Tensor();

  // Uninitialised, row-major.
  static Tensor empty(const Shape& sizes, DType dtype = DType::Float32);
  // A 0-dim tensor that takes part in type promotion as a number, not as a tensor.
  static Tensor number(Scalar value);

  bool defined() const { return impl_ != nullptr; }
  bool is_same(const Tensor& other) const { return impl_ == other.impl_; }

  const Shape& sizes() const { return impl_->sizes; }
  const Shape& strides() const { return impl_->strides; }
  int dim() const { return impl_->sizes.size(); }
  // A 0-dim tensor has none, though wrap_dim lets it be reduced along dimension 0.
  int64_t size(int64_t dim) const;
  int64_t numel() const { return impl_->numel; }
  int64_t storage_offset() const { return impl_->offset; }
  DType dtype() const { return impl_->dtype; }
  bool is_number() const { return impl_->is_number; }
  bool is_contiguous() const;
  // Dense in memory and without overlap, in some order of the dimensions.
  bool is_dense() const;

  // The first element. Elements are written through kernels or after bump_version().
  std::byte* raw() const;
  template <class T>
  T* data() const {
    return reinterpret_cast<T*>(raw());
  }
  const std::shared_ptr<Storage>& storage() const { return impl_->storage; }

  // Another view of the same storage, without history. `offset` counts elements from the storage's
  // start.
  Tensor alias(const Shape& sizes, const Shape& strides, int64_t offset) const;
  // This tensor without its history, sharing storage and version counter.
  Tensor detach() const;
  // Points this tensor at `other`'s contents (not its history): what `x.data = y` does.
  void set_data(const Tensor& other) const;

  uint32_t version() const { return impl_->storage->version; }
  void bump_version() const { ++impl_->storage->version; }

  // Autograd. A leaf has no grad_fn.
  bool requires_grad() const { return impl_ && (impl_->requires_grad || grad_fn()); }
  void set_requires_grad(bool value) const;
  bool is_leaf() const { return !grad_fn(); }
  bool is_view() const { return impl_->base != nullptr; }
  Tensor base() const { return Tensor(impl_->base); }
  // Makes this a view of `base` or, where that is a view itself, of what it views.
  void set_base(const Tensor& base, bool recorded) const;
  bool is_unrecorded_view() const { return impl_->unrecorded_view; }
  // After a write that changed a base's place in the graph: its views find theirs anew.
  void bump_history() const { ++impl_->history; }
  Tensor grad() const { return Tensor(impl_->grad); }
  void set_grad(const Tensor& grad) const { impl_->grad = grad.impl_; }
  const std::shared_ptr<autograd::Node>& grad_fn() const {
    if (impl_->base && impl_->history != impl_->base->history) renew_grad_fn();
    return impl_->grad_fn;
  }
  // Derives a stale view from its base again. The one that does it lives layers above: being an op,
  // it is handed in.
  static void (*renew_view)(const Tensor& view);
  uint32_t output_nr() const { return impl_->output_nr; }
  void set_grad_fn(std::shared_ptr<autograd::Node> node, uint32_t output_nr = 0) const;
  bool is_inference() const { return impl_->is_inference; }
  // Whether new tensors are inference tensors.
  static bool inference_mode;
  // Leaves the graph, in place: a leaf that does not require grad.
  void detach_() const;
  // Null where nothing watches this leaf's gradient.
  const std::shared_ptr<autograd::Hooks>& hooks() const { return impl_->hooks; }
  void set_hooks(std::shared_ptr<autograd::Hooks> hooks) const { impl_->hooks = std::move(hooks); }

  // Whether it has as many bytes as its storage, all of which it shows where it is contiguous.
  bool is_of_storage_size() const;
  // Whether nothing else can reach this tensor or its storage, all of which it shows.
  bool is_sole() const;

  // Identity, for maps from tensors.
  const void* id() const { return impl_.get(); }

 private:
  void renew_grad_fn() const;
  explicit Tensor(std::shared_ptr<TensorImpl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<TensorImpl> impl_;
  friend class WeakTensor;
};

// Points to a tensor without keeping it alive.
class WeakTensor {
 public:
  WeakTensor() = default;
  WeakTensor(const Tensor& tensor) : impl_(tensor.impl_) {}
  Tensor lock() const { return Tensor(impl_.lock()); }

 private:
  std::weak_ptr<TensorImpl> impl_;
};

// The dtype of an op's result on these operands: dimensioned tensors decide, then 0-dim tensors,
// then numbers, where a lower group counts only with a higher category (pytorch.md 10.3: PyTorch
// docs, "Type promotion").
DType result_type(std::initializer_list<const Tensor*> operands);

// PyTorch's refusal to store a `from` into a `to` of a lower category.
void check_can_cast(DType from, DType to);

int64_t live_tensors();

}  // namespace torch
