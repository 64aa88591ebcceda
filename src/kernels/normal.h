// Normals in pairs by Box and Muller (1958), 16 at a time, as PyTorch's x86 build computes them.
// The logarithm, sine and cosine are Cephes' single-precision polynomials (S. L. Moshier) in
// avx_mathfun.h's order of evaluation (G. Garberoglio, after J. Pommier; zlib licence), with every
// multiply-add fused: by the hardware where it does that, in doubles elsewhere, to the same bits.
#pragma once

#include "kernels/mt19937.h"

namespace torch::kernels {

// Whether this build has relaxed_madd, and the engine that runs it fuses. It always does or never.
bool fuses();

// n >= 16 normals. Words come one after the other, blocks are independent. What is left over at the
// end is drawn, then the last 16 are drawn anew.
void normal(Mt19937& engine, float mean, float std, size_t n, float* y, bool fused = fuses());
void normal(Mt19937& engine, double mean, double std, size_t n, double* y);

}  // namespace torch::kernels
