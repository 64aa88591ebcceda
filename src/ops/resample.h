// Linear maps along one dimension at a time: averages, interpolation, padding by repetition.
#pragma once

#include <memory>
#include <vector>

#include "tensor/tensor.h"

namespace torch {

// Which elements of a line of `in` each output is made of: output o is the sum of weight[t] *
// x[index[t]] over t in [first[o], first[o + 1]).
struct Taps {
  int64_t in = 0;
  std::vector<size_t> first{0};
  std::vector<int64_t> index;
  std::vector<double> weight;
  // What a sum starts from: -0, which a lone -0 outlives, or 0.
  double start = -0.0;

  int64_t out() const { return static_cast<int64_t>(first.size()) - 1; }
  // Of the output that is being described.
  void add(int64_t at, double weight);
  // Ends the description of an output.
  void end() { first.push_back(index.size()); }
};

// x with `dim` mapped by the taps; floating dtypes.
Tensor resample(const char* name, const Tensor& x, int dim, std::shared_ptr<const Taps> taps);

// How interpolate() finds what lies between.
enum class Resize { Nearest, NearestExact, Linear };

// The trailing dimensions of x [n, channels, …] in other sizes. A scale of 0 stands for the ratio
// of the sizes; positions are counted with the scale where there is one.
Tensor upsample(const Tensor& x, const Shape& sizes, Resize mode, bool align_corners,
                const std::vector<double>& scales);

// What stands around a padded tensor.
enum class Padding { Constant, Reflect, Replicate, Circular };

// x with pads[2 * i] elements before and pads[2 * i + 1] after the i-th last dimension; negative
// ones crop.
Tensor pad(const Tensor& x, const Shape& pads, Padding mode, double value);

}  // namespace torch
