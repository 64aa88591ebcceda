#include "tensor/tensor.h"

#include <cmath>

namespace torch {

namespace {
int64_t live = 0;
}

int64_t live_tensors() { return live; }

Scalar Scalar::from_number(double v) {
  // 2^53: the last double below which every whole number is exact.
  if (std::floor(v) == v && std::fabs(v) <= 9007199254740992.0) return static_cast<int64_t>(v);
  return v;
}

Tensor Tensor::empty(const Shape& sizes, DType dtype) {
  check_sizes(sizes);
  const int64_t count = torch::numel(sizes);
  int64_t bytes;
  check(!__builtin_mul_overflow(count, static_cast<int64_t>(element_size(dtype)), &bytes),
        "Storage size calculation overflowed with sizes=", sizes);
  auto impl = std::make_shared<TensorImpl>();
  impl->storage = Storage::allocate(bytes);
  impl->sizes = sizes;
  impl->strides = contiguous_strides(sizes);
  impl->numel = count;
  impl->dtype = dtype;
  impl->is_inference = inference_mode;
  return Tensor(std::move(impl));
}

Tensor Tensor::number(Scalar value) {
  Tensor t = empty({}, value.dtype());
  t.impl_->is_number = true;
  switch (value.kind) {
    case Scalar::Kind::Bool:
      *t.data<bool>() = value.integer != 0;
      break;
    case Scalar::Kind::Int:
      *t.data<int64_t>() = value.integer;
      break;
    case Scalar::Kind::Float:
      *t.data<double>() = value.value;
      break;
  }
  return t;
}

Tensor::Tensor(const Tensor& other) = default;
Tensor& Tensor::operator=(const Tensor& other) = default;
Tensor& Tensor::operator=(Tensor&& other) noexcept = default;
Tensor::~Tensor() = default;

TensorImpl::TensorImpl() { ++live; }

TensorImpl::~TensorImpl() { --live; }

int64_t Tensor::size(int64_t dim) const {
  check_index(this->dim() > 0, "Dimension specified as ", dim, " but tensor has no dimensions");
  return sizes()[wrap_dim(dim, this->dim())];
}

bool Tensor::is_contiguous() const {
  int64_t expected = 1;
  for (int i = dim() - 1; i >= 0; --i) {
    if (sizes()[i] == 1) continue;
    if (strides()[i] != expected) return numel() == 0;
    expected *= sizes()[i];
  }
  return true;
}

bool Tensor::is_dense() const {
  if (numel() == 0) return true;
  int64_t expected = 1;
  for (int64_t i : by_stride(sizes(), strides())) {
    if (strides()[int(i)] != expected) return false;
    expected *= sizes()[int(i)];
  }
  return true;
}

std::byte* Tensor::raw() const {
  std::byte* start = impl_->storage->data();
  return start ? start + impl_->offset * static_cast<int64_t>(element_size(dtype())) : nullptr;
}

Tensor Tensor::alias(const Shape& sizes, const Shape& strides, int64_t offset) const {
  auto impl = std::make_shared<TensorImpl>();
  impl->storage = impl_->storage;
  impl->sizes = sizes;
  impl->strides = strides;
  impl->offset = offset;
  impl->numel = torch::numel(sizes);
  impl->dtype = impl_->dtype;
  impl->is_inference = impl_->is_inference;
  return Tensor(std::move(impl));
}

bool Tensor::is_of_storage_size() const {
  return impl_->storage->bytes() == static_cast<size_t>(numel()) * element_size(dtype());
}

bool Tensor::is_sole() const {
  const long owners = impl_->base ? 2 : 1;  // of the storage: this, and what it is a view of
  return impl_.use_count() == 1 && (!impl_->base || impl_->base.use_count() == 1) &&
         impl_->storage.use_count() == owners && !grad_fn() && is_of_storage_size();
}

Tensor Tensor::detach() const { return alias(sizes(), strides(), storage_offset()); }

void Tensor::set_data(const Tensor& other) const {
  impl_->storage = other.impl_->storage;
  impl_->sizes = other.impl_->sizes;
  impl_->strides = other.impl_->strides;
  impl_->offset = other.impl_->offset;
  impl_->numel = other.impl_->numel;
  impl_->dtype = other.impl_->dtype;
}

void Tensor::set_requires_grad(bool value) const {
  check(is_leaf(), "you can only change requires_grad flags of leaf variables.",
        value ? ""
              : " If you want to use a computed variable in a subgraph that doesn't require "
                "differentiation use var_no_grad = var.detach().");
  check(!value || is_floating(dtype()),
        "only Tensors of floating point and complex dtype can require gradients");
  check(!value || !is_inference() || inference_mode,
        "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.");
  impl_->requires_grad = value;
}

bool Tensor::inference_mode = false;

void Tensor::detach_() const {
  check(!is_view(),
        "Can't detach views in-place. Use detach() instead. If you are using "
        "DistributedDataParallel (DDP) for training, and gradient_as_bucket_view is set as True, "
        "gradients are views of DDP buckets, and hence detach_() cannot be called on these "
        "gradients. To fix this error, please refer to the Optimizer.zero_grad() function in "
        "torch/optim/optimizer.py as the solution.");
  impl_->requires_grad = false;
  set_grad_fn(nullptr);
  bump_history();
}

void Tensor::set_grad_fn(std::shared_ptr<autograd::Node> node, uint32_t output_nr) const {
  impl_->grad_fn = std::move(node);
  impl_->output_nr = output_nr;
}

void (*Tensor::renew_view)(const Tensor& view) = nullptr;

void Tensor::set_base(const Tensor& base, bool recorded) const {
  impl_->base = base.is_view() ? base.impl_->base : base.impl_;
  impl_->history = impl_->base->history;
  impl_->unrecorded_view = !recorded;
}

void Tensor::renew_grad_fn() const {
  impl_->history = impl_->base->history;
  if (base().requires_grad()) renew_view(*this);
}

DType result_type(std::initializer_list<const Tensor*> operands) {
  constexpr int kGroups = 3;  // dimensioned, 0-dim, number
  DType type[kGroups];
  bool present[kGroups] = {};
  for (const Tensor* t : operands) {
    if (!t->defined()) continue;
    const int group = t->is_number() ? 2 : t->dim() == 0 ? 1 : 0;
    // A number brings the default dtype of its category.
    const DType dtype = t->is_number() && t->dtype() == DType::Float64 ? default_dtype : t->dtype();
    type[group] = present[group] ? promote(type[group], dtype) : dtype;
    present[group] = true;
  }
  DType result = DType::Bool;
  bool decided = false;
  for (int group = 0; group < kGroups; ++group) {
    if (!present[group]) continue;
    if (!decided || category(type[group]) > category(result)) {
      result = decided ? promote(result, type[group]) : type[group];
      decided = true;
    }
  }
  return result;
}

void check_can_cast(DType from, DType to) {
  check(category(from) <= category(to), "result type ", scalar_type_name(from),
        " can't be cast to the desired output type ", scalar_type_name(to));
}

}  // namespace torch
