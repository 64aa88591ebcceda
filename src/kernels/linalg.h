// Decompositions of one row-major matrix of doubles. All lower precision is computed here too, and
// rounded once at the end.
#pragma once

#include <cstddef>

namespace torch::kernels {

// a = P L U in place with partial pivoting, L of unit diagonal below it; row i of LU came from row
// pivots[i] of a. Returns the sign of P; `zero` becomes the number of the first zero pivot, counted
// from 1, or 0.
int lu(double* a, size_t* pivots, size_t n, size_t& zero);

// x = a^-1 b for the LU of a, in place of b, which has `columns`. The pivots are as lu() leaves
// them.
void lu_solve(const double* lu, const size_t* pivots, const double* b, double* x, size_t n,
              size_t columns);

// x = a^-1 b in place of b for triangular a, of which only that triangle is read.
void solve_triangular(const double* a, double* b, size_t n, size_t columns, bool upper,
                      bool unit_diagonal);

// a = L L^T in place; above the diagonal becomes 0. Returns the order of the first leading minor
// that is not positive, or 0.
size_t cholesky(double* a, size_t n);

// a = Q R by Householder's reflections with LAPACK's signs: R in place of a, which is m by n; Q is
// m by `columns`.
void qr(double* a, double* q, size_t m, size_t n, size_t columns);

// a = V diag(values) V^T for symmetric a, of which the lower triangle is read; values ascend, `v`
// has the eigenvectors as rows. a is overwritten.
void eigh(double* a, double* values, double* v, size_t n);

// a = U diag(s) V^T for m >= n, of which `u` is the transpose, n rows of m, and becomes U's; s
// descends, `v` is V^T, n by n. Rows of u for which s is 0 are 0.
void svd(double* u, double* s, double* v, size_t m, size_t n);

}  // namespace torch::kernels
