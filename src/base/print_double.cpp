// A file of its own, because bindings/print_double.cpp takes its place in a page.
#include "base/print_double.h"

#include <cstdio>
#include <cstdlib>

namespace torch {

void print_double(double value, char (&digits)[kDoubleDigits]) {
  for (int precision = 1; precision <= 17; ++precision) {
    std::snprintf(digits, sizeof digits, "%.*g", precision, value);
    if (std::strtod(digits, nullptr) == value) return;
  }
}

}  // namespace torch
