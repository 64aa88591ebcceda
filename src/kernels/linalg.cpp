#include "kernels/linalg.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace torch::kernels {

namespace {

// A Jacobi method converges quadratically; this many sweeps are never needed but with NaN.
constexpr int kMaxSweeps = 60;
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// y -= f * x
void subtract(double f, const double* x, double* y, size_t n) {
  for (size_t i = 0; i < n; ++i) y[i] -= f * x[i];
}

// The rotation (c, s) of two columns, of n elements `step` apart.
void rotate(double* p, double* q, size_t n, size_t step, double c, double s) {
  for (size_t i = 0; i < n * step; i += step) {
    const double a = p[i], b = q[i];
    p[i] = c * a - s * b;
    q[i] = s * a + c * b;
  }
}

// The smaller angle that makes a symmetric [[a, b], [b, d]] diagonal.
void jacobi_angle(double a, double b, double d, double& c, double& s) {
  const double tau = (d - a) / (2 * b);
  const double t = (tau < 0 ? -1 : 1) / (std::fabs(tau) + std::sqrt(1 + tau * tau));
  c = 1 / std::sqrt(1 + t * t);
  s = c * t;
}

void swap_rows(double* x, size_t width, size_t i, size_t j) {
  if (i != j) std::swap_ranges(x + i * width, x + (i + 1) * width, x + j * width);
}

}  // namespace

int lu(double* a, size_t* pivots, size_t n, size_t& zero) {
  int sign = 1;
  zero = 0;
  for (size_t i = 0; i < n; ++i) pivots[i] = i;
  for (size_t k = 0; k < n; ++k) {
    size_t best = k;
    for (size_t i = k + 1; i < n; ++i) {
      if (std::fabs(a[i * n + k]) > std::fabs(a[best * n + k])) best = i;
    }
    if (best != k) {
      std::swap_ranges(a + k * n, a + (k + 1) * n, a + best * n);
      std::swap(pivots[k], pivots[best]);
      sign = -sign;
    }
    const double pivot = a[k * n + k];
    if (pivot == 0) {
      if (zero == 0) zero = k + 1;
      continue;
    }
    for (size_t i = k + 1; i < n; ++i) {
      const double factor = a[i * n + k] /= pivot;
      if (factor != 0) subtract(factor, a + k * n + k + 1, a + i * n + k + 1, n - k - 1);
    }
  }
  return sign;
}

void solve_triangular(const double* a, double* b, size_t n, size_t columns, bool upper,
                      bool unit_diagonal) {
  for (size_t step = 0; step < n; ++step) {
    const size_t i = upper ? n - 1 - step : step;
    double* row = b + i * columns;
    for (size_t k = upper ? i + 1 : 0; k < (upper ? n : i); ++k) {
      subtract(a[i * n + k], b + k * columns, row, columns);
    }
    if (unit_diagonal) continue;
    for (size_t c = 0; c < columns; ++c) row[c] /= a[i * n + i];
  }
}

void lu_solve(const double* lu, const size_t* pivots, const double* b, double* x, size_t n,
              size_t columns) {
  for (size_t i = 0; i < n; ++i) {
    std::copy_n(b + pivots[i] * columns, columns, x + i * columns);
  }
  solve_triangular(lu, x, n, columns, false, true);
  solve_triangular(lu, x, n, columns, true, false);
}

size_t cholesky(double* a, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      double rest = a[i * n + j];
      for (size_t k = 0; k < j; ++k) rest -= a[i * n + k] * a[j * n + k];
      if (i == j && !(rest > 0)) return i + 1;
      a[i * n + j] = i == j ? std::sqrt(rest) : rest / a[j * n + j];
    }
    std::fill(a + i * n + i + 1, a + (i + 1) * n, 0.0);
  }
  return 0;
}

void qr(double* a, double* q, size_t m, size_t n, size_t columns) {
  const size_t count = std::min(m, n);
  std::fill_n(q, m * columns, 0.0);
  for (size_t i = 0; i < std::min(m, columns); ++i) q[i * columns + i] = 1;
  // The reflection I - tau v v^T of column k, v[k] = 1, is kept below the diagonal; its tau is
  // found again from v.
  const auto reflect = [m](double* x, size_t width, size_t first, const double* v, size_t step,
                           size_t k, double tau) {
    // Row by row in a strip, as the rows are what lies together.
    constexpr size_t kStrip = 64;
    double along[kStrip];
    for (size_t c = first; c < width; c += kStrip) {
      const size_t n = std::min(kStrip, width - c);
      std::copy_n(x + k * width + c, n, along);
      for (size_t i = k + 1; i < m; ++i) subtract(-v[i * step], x + i * width + c, along, n);
      subtract(tau, along, x + k * width + c, n);
      for (size_t i = k + 1; i < m; ++i) subtract(tau * v[i * step], along, x + i * width + c, n);
    }
  };
  for (size_t k = 0; k < count; ++k) {
    double* column = a + k;
    double squares = 0;
    for (size_t i = k + 1; i < m; ++i) squares += column[i * n] * column[i * n];
    if (squares == 0) continue;
    const double alpha = column[k * n];
    const double beta = -std::copysign(std::sqrt(alpha * alpha + squares), alpha);
    for (size_t i = k + 1; i < m; ++i) column[i * n] /= alpha - beta;
    reflect(a, n, k + 1, column, n, k, (beta - alpha) / beta);
    column[k * n] = beta;
  }
  for (size_t k = count; k-- > 0;) {
    double squares = 1;
    bool reflected = false;
    for (size_t i = k + 1; i < m; ++i) {
      const double v = a[i * n + k];
      squares += v * v;
      reflected |= v != 0;
    }
    if (reflected) reflect(q, columns, k, a + k, n, k, 2 / squares);
  }
  for (size_t i = 1; i < m; ++i) std::fill_n(a + i * n, std::min(i, n), 0.0);
}

void eigh(double* a, double* values, double* v, size_t n) {
  double largest = 0;
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j) {
      v[i * n + j] = i == j;
      if (j > i) a[i * n + j] = a[j * n + i];
      largest = std::max(largest, std::fabs(a[i * n + j]));
    }
  }
  for (int sweep = 0; sweep < kMaxSweeps; ++sweep) {
    bool rotated = false;
    for (size_t p = 0; p < n; ++p) {
      for (size_t q = p + 1; q < n; ++q) {
        const double off = a[p * n + q];
        if (std::fabs(off) <= kEpsilon * 0.1 * largest) continue;
        double c, s;
        jacobi_angle(a[p * n + p], off, a[q * n + q], c, s);
        rotated = true;
        rotate(a + p, a + q, n, n, c, s);
        rotate(a + p * n, a + q * n, n, 1, c, s);
        rotate(v + p * n, v + q * n, n, 1, c, s);
        a[p * n + q] = a[q * n + p] = 0;
      }
    }
    if (!rotated) break;
  }
  for (size_t i = 0; i < n; ++i) values[i] = a[i * n + i];
  for (size_t i = 0; i < n; ++i) {
    const auto least = static_cast<size_t>(std::min_element(values + i, values + n) - values);
    std::swap(values[i], values[least]);
    swap_rows(v, n, i, least);
  }
}

void svd(double* u, double* s, double* v, size_t m, size_t n) {
  for (size_t i = 0; i < n * n; ++i) v[i] = i % (n + 1) == 0;
  // One-sided Jacobi: rotates pairs of rows until all are orthogonal.
  const double tolerance = 2 * kEpsilon * std::sqrt(static_cast<double>(m));
  for (int sweep = 0; sweep < kMaxSweeps; ++sweep) {
    bool rotated = false;
    for (size_t p = 0; p < n; ++p) {
      for (size_t q = p + 1; q < n; ++q) {
        double *x = u + p * m, *y = u + q * m, xx = 0, xy = 0, yy = 0;
        for (size_t i = 0; i < m; ++i) {
          xx += x[i] * x[i];
          xy += x[i] * y[i];
          yy += y[i] * y[i];
        }
        if (std::fabs(xy) <= tolerance * std::sqrt(xx) * std::sqrt(yy)) continue;
        double cosine, sine;
        jacobi_angle(xx, xy, yy, cosine, sine);
        rotated = true;
        rotate(x, y, m, 1, cosine, sine);
        rotate(v + p * n, v + q * n, n, 1, cosine, sine);
      }
    }
    if (!rotated) break;
  }
  for (size_t j = 0; j < n; ++j) {
    double squares = 0;
    for (size_t i = 0; i < m; ++i) squares += u[j * m + i] * u[j * m + i];
    s[j] = std::sqrt(squares);
  }
  for (size_t i = 0; i < n; ++i) {
    const auto most = static_cast<size_t>(std::max_element(s + i, s + n) - s);
    std::swap(s[i], s[most]);
    swap_rows(u, m, i, most);
    swap_rows(v, n, i, most);
  }
  // What is left of a row beside the largest is rounding, and has no direction.
  const double floor = n > 0 ? s[0] * kEpsilon * static_cast<double>(m) : 0;
  for (size_t j = 0; j < n; ++j) {
    const double scale = s[j] > floor ? 1 / s[j] : 0;
    for (size_t i = 0; i < m; ++i) u[j * m + i] *= scale;
  }
}

}  // namespace torch::kernels
