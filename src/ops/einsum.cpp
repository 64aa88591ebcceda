#include "ops/einsum.h"

#include <algorithm>

#include "ops/arithmetic.h"
#include "ops/matmul.h"
#include "ops/reduce.h"
#include "ops/view.h"

namespace torch {

namespace {

// A-Z are 0 to 25, a-z 26 to 51: the order of an output that is not spelled out.
constexpr int kLetters = 52;
constexpr int kEllipsis = kLetters;

int letter_index(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  return -1;
}

std::string_view letter(const char& c) { return {&c, 1}; }

char letter_of(int index) { return static_cast<char>(index < 26 ? 'A' + index : 'a' + index - 26); }

using Labels = std::vector<int>;

// Whether the three characters from `at` on are an ellipsis.
bool is_ellipsis(std::string_view text, size_t at) { return text.substr(at, 3) == "..."; }

void check_letter(char c, size_t at) {
  check(letter_index(c) >= 0, "einsum(): invalid subscript given at index ", at,
        " in the equation string, subscripts must be in [a-zA-Z]");
}

std::vector<Labels> parse_inputs(std::string_view text, size_t operands) {
  std::vector<Labels> all(operands);
  size_t current = 0;
  bool ellipsis = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ') continue;
    if (c == '.') {
      check(!ellipsis, "einsum(): found '.' for operand ", current,
            " for which an ellipsis was already found");
      check(is_ellipsis(text, i), "einsum(): found '.' for operand ", current,
            " that is not part of any ellipsis");
      all[current].push_back(kEllipsis);
      ellipsis = true;
      i += 2;
    } else if (c == ',') {
      check(++current < operands,
            "einsum(): fewer operands were provided than specified in the equation");
      ellipsis = false;
    } else {
      check_letter(c, i);
      all[current].push_back(letter_index(c));
    }
  }
  check(current + 1 == operands,
        "einsum(): more operands were provided than specified in the equation");
  return all;
}

// Where each label's dimensions stand in the operands' common order: the output's, then those that
// are summed over.
struct Order {
  int at[kLetters + 1];
  int ellipsis_dims = 0;
  int outputs = 0;
  int dims = 0;
};

void place(Order& order, int label) {
  order.at[label] = order.dims;
  order.dims += label == kEllipsis ? order.ellipsis_dims : 1;
}

void place_output(Order& order, std::string_view text, size_t start, const int* seen) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ') continue;
    if (c == '.') {
      check(order.at[kEllipsis] < 0,
            "einsum(): found '.' for output but an ellipsis (...) was already found");
      check(is_ellipsis(text, i),
            "einsum(): found '.' for output that is not part of any ellipsis (...)");
      i += 2;
      place(order, kEllipsis);
      continue;
    }
    check_letter(c, start + i);
    const int label = letter_index(c);
    check(order.at[label] < 0, "einsum(): output subscript ", letter(c),
          " appears more than once in the output");
    check(seen[label] > 0, "einsum(): output subscript ", letter(c),
          " does not appear in the equation for any input operand");
    place(order, label);
  }
}

Order order_of(const std::string& equation, size_t arrow, const std::vector<Labels>& labels,
               const std::vector<Tensor>& operands) {
  Order order;
  std::fill_n(order.at, kLetters + 1, -1);
  int seen[kLetters + 1] = {};
  for (size_t i = 0; i < labels.size(); ++i) {
    const bool ellipsis = std::count(labels[i].begin(), labels[i].end(), kEllipsis) > 0;
    const int count = static_cast<int>(labels[i].size()) - ellipsis, dims = operands[i].dim();
    check(ellipsis ? count <= dims : count == dims,
          "einsum(): the number of subscripts in the equation (", count,
          ellipsis ? ") is more than the number of dimensions ("
                   : ") does not match the number of dimensions (",
          dims, ") for operand ", i, ellipsis ? "" : " and no ellipsis was given");
    for (int label : labels[i]) ++seen[label];
    if (ellipsis) order.ellipsis_dims = std::max(order.ellipsis_dims, dims - count);
  }
  if (arrow != std::string::npos) {
    place_output(order, std::string_view(equation).substr(arrow + 2), arrow + 2, seen);
  } else {
    if (seen[kEllipsis]) place(order, kEllipsis);
    for (int label = 0; label < kLetters; ++label) {
      if (seen[label] == 1) place(order, label);
    }
  }
  order.outputs = order.dims;
  for (int label = kEllipsis; label >= 0; --label) {
    if (seen[label] && order.at[label] < 0) place(order, label);
  }
  return order;
}

// x with every dimension of the order in its place, 1 where x has none.
Tensor in_order(Tensor x, const Labels& labels, const Order& order, size_t operand) {
  Shape from(order.dims, -1);
  int dim = 0;
  for (int label : labels) {
    if (label == kEllipsis) {
      const int count =
          x.dim() - dim -
          static_cast<int>(labels.end() - std::find(labels.begin(), labels.end(), label) - 1);
      for (int k = 0; k < count; ++k) {
        from[order.at[label] + order.ellipsis_dims - count + k] = dim++;
      }
      continue;
    }
    const int at = order.at[label];
    if (from[at] < 0) {
      from[at] = dim++;
      continue;
    }
    const int64_t a = x.size(from[at]), b = x.size(dim);
    check(a == b, "einsum(): subscript ", letter(letter_of(label)), " is repeated for operand ",
          operand, " but the sizes don't match, ", b, " != ", a);
    x = movedim(diagonal(x, 0, from[at], dim), {-1}, {from[at]});
  }
  for (int d = 0; d < order.dims; ++d) {
    if (from[d] >= 0) continue;
    from[d] = x.dim();
    x = unsqueeze(x, x.dim());
  }
  return permute(x, from);
}

Tensor summed(const Tensor& x, const Shape& dims) {
  return dims.empty() ? x : sum(x, dims, true, x.dtype());
}

// The sizes of x at `dims`, collected, and their product.
int64_t collect(const Tensor& x, const Shape& dims, Shape& sizes) {
  int64_t product = 1;
  for (int64_t d : dims) {
    sizes.push_back(x.size(d));
    product *= x.size(d);
  }
  return product;
}

Shape joined(std::initializer_list<const Shape*> lists) {
  Shape all;
  for (const Shape* list : lists) {
    for (int64_t v : *list) all.push_back(v);
  }
  return all;
}

// The product of two tensors of equal rank, summed over `dims`, which stay as 1.
Tensor multiply_and_sum(Tensor a, Tensor b, const Shape& dims) {
  Shape both, left, right, inner, only_a, only_b;
  for (int d = 0; d < a.dim(); ++d) {
    const bool in_a = a.size(d) != 1, in_b = b.size(d) != 1;
    const bool sums = std::find(dims.begin(), dims.end(), d) != dims.end();
    if (sums && in_a != in_b) (in_a ? only_a : only_b).push_back(d);
    (sums && in_a && in_b ? inner
     : in_a && in_b       ? both
     : in_a && !sums      ? left
                          : right)
        .push_back(d);
  }
  a = summed(a, only_a);
  b = summed(b, only_b);
  if (inner.empty()) return mul(a, b);
  Shape sizes;
  const int64_t batch = collect(a, both, sizes), rows = collect(a, left, sizes);
  for (int i = 0; i < inner.size(); ++i) sizes.push_back(1);
  const int64_t columns = collect(b, right, sizes);
  Shape ignored;
  const int64_t count = collect(a, inner, ignored);
  const Shape order = joined({&both, &left, &inner, &right});
  Shape back(order.size(), 0);
  for (int i = 0; i < order.size(); ++i) back[static_cast<int>(order[i])] = i;
  const Tensor x = reshape(permute(a, order), {batch, rows, count});
  const Tensor y =
      reshape(permute(b, joined({&both, &inner, &right, &left})), {batch, count, columns});
  return permute(reshape(bmm(x, y), sizes), back);
}

}  // namespace

Tensor einsum(const std::string& equation, const std::vector<Tensor>& operands) {
  check(!operands.empty(), "einsum(): must provide at least one operand");
  const size_t arrow = equation.find("->");
  const std::vector<Labels> labels =
      parse_inputs(std::string_view(equation).substr(0, arrow), operands.size());
  const Order order = order_of(equation, arrow, labels, operands);

  std::vector<Tensor> xs;
  // The last operand that each dimension is needed for.
  std::vector<size_t> last(static_cast<size_t>(order.dims), 0);
  Shape sizes(order.dims, 1);
  for (size_t i = 0; i < operands.size(); ++i) {
    xs.push_back(in_order(operands[i], labels[i], order, i));
    for (int d = 0; d < order.dims; ++d) {
      const int64_t size = xs[i].size(d);
      if (size == 1) continue;
      if (sizes[d] != 1 && sizes[d] != size) {
        const int label = static_cast<int>(std::find(order.at, order.at + kLetters, d) - order.at);
        check(label < kLetters, "einsum(): subscript ... has size ", size, " for operand ", i,
              " which does not broadcast with previously seen size ", sizes[d]);
        fail(ErrorKind::Runtime, "einsum(): subscript ", letter(letter_of(label)), " has size ",
             size, " for operand ", i, " which does not broadcast with previously seen size ",
             sizes[d]);
      }
      sizes[d] = size;
      last[static_cast<size_t>(d)] = i;
    }
  }
  const auto finished_by = [&](size_t i) {
    Shape dims;
    for (int d = order.outputs; d < order.dims; ++d) {
      if (last[static_cast<size_t>(d)] == i) dims.push_back(d);
    }
    return dims;
  };
  Tensor y = summed(xs[0], finished_by(0));
  for (size_t i = 1; i < xs.size(); ++i) y = multiply_and_sum(y, xs[i], finished_by(i));
  Shape result;
  for (int d = 0; d < order.outputs; ++d) result.push_back(y.size(d));
  return reshape(y, result);
}

}  // namespace torch
