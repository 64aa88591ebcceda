#include "base/check.h"

#include <cmath>

#include "base/print_double.h"

namespace torch {

void raise(ErrorKind kind, std::string message) {
  switch (kind) {
    case ErrorKind::Value:
      throw ValueError(std::move(message));
    case ErrorKind::Index:
      throw IndexError(std::move(message));
    case ErrorKind::Type:
      throw TypeError(std::move(message));
    case ErrorKind::NotImplemented:
      throw NotImplementedError(std::move(message));
    case ErrorKind::LinAlg:
      throw LinAlgError(std::move(message));
    case ErrorKind::Runtime:
      break;
  }
  throw RuntimeError(std::move(message));
}

void append(std::string& text, std::string_view part) { text.append(part); }

void append(std::string& text, const char* part) { text.append(part); }

void append(std::string& text, double part) {
  if (std::isnan(part)) return append(text, "nan");
  if (std::isinf(part)) return append(text, part > 0 ? "inf" : "-inf");
  char digits[kDoubleDigits];
  print_double(part, digits);
  text.append(digits);
}

void append(std::string& text, int64_t part) { text.append(std::to_string(part)); }

void append(std::string& text, uint64_t part) { text.append(std::to_string(part)); }

}  // namespace torch
