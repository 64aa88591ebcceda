#pragma once

namespace torch {

inline constexpr int kDoubleDigits = 32;

// The shortest decimal that reads back as the same, finite, number.
void print_double(double value, char (&digits)[kDoubleDigits]);

}  // namespace torch
