// The tables of the ops that convolutional and embedding layers are made of, as in bind_ops.cpp.
#include <emscripten/bind.h>

#include "ops/convolution.h"
#include "ops/embedding.h"
#include "ops/normalization.h"
#include "ops/pooling.h"
#include "ops/resample.h"
#include "wire.h"

namespace torch::bindings {

template <>
struct Wire<Resize> {
  using type = int32_t;
  static Resize from(int32_t value) { return static_cast<Resize>(value); }
};

template <>
struct Wire<Padding> {
  using type = int32_t;
  static Padding from(int32_t value) { return static_cast<Padding>(value); }
};

template <>
struct Wire<std::vector<double>> {
  using type = Address;
  static std::vector<double> from(Address list) {
    const double* values = at(list);
    return {values + 1, values + 1 + static_cast<size_t>(*values)};
  }
};

using emscripten::function;

EMSCRIPTEN_BINDINGS(convolution) {
  function("conv(x, weight, bias, stride, padding_begin, padding_end, dilation, groups)",
           wire<&torch::conv>);
  function("conv_transpose(x, weight, bias, stride, padding, output_padding, groups, dilation)",
           wire<&torch::conv_transpose>);
  function("im2col(x, kernel, dilation, padding, stride)", wire<&torch::unfold>);
  function("col2im(x, output_size, kernel, dilation, padding, stride)", wire<&torch::fold>);
}

EMSCRIPTEN_BINDINGS(pooling) {
  function("max_pool(x, kernel, stride, padding, dilation, ceil_mode)", wire<&torch::max_pool>);
  function("max_pool_with_indices(x, kernel, stride, padding, dilation, ceil_mode)",
           wire<&torch::max_pool_with_indices>);
  function("adaptive_max_pool(x, output_size)", wire<&torch::adaptive_max_pool>);
  function("avg_pool(x, kernel, stride, padding, ceil_mode, count_include_pad, divisor_override)",
           wire<&torch::avg_pool>);
  function("adaptive_avg_pool(x, output_size)", wire<&torch::adaptive_avg_pool>);
}

EMSCRIPTEN_BINDINGS(resample) {
  function("upsample(x, sizes, mode, align_corners, scales)", wire<&torch::upsample>);
  function("pad(x, pads, mode, value)", wire<&torch::pad>);
}

EMSCRIPTEN_BINDINGS(embedding) {
  function("embedding(weight, indices, padding_idx)", wire<&torch::embedding>);
}

EMSCRIPTEN_BINDINGS(norms) {
  function("group_norm(x, groups, weight, bias, eps)", wire<&torch::group_norm>);
  function("rms_norm(x, sizes, weight, eps)", wire<&torch::rms_norm>);
}

}  // namespace torch::bindings
