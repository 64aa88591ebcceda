// Errors: one exception type, made from parts that are put together only when a check fails.
#pragma once

#include <concepts>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace torch {

// The exception PyTorch raises for the same mistake.
enum class ErrorKind { Runtime, Value, Index, Type, NotImplemented, LinAlg };

class Error : public std::exception {
 public:
  explicit Error(std::string message) : message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

// One type each, because JavaScript learns the type's name and makes it the error's `name`.
struct RuntimeError : Error {
  using Error::Error;
};
struct ValueError : Error {
  using Error::Error;
};
struct IndexError : Error {
  using Error::Error;
};
struct TypeError : Error {
  using Error::Error;
};
struct NotImplementedError : Error {
  using Error::Error;
};
struct LinAlgError : Error {
  using Error::Error;
};

[[noreturn]] void raise(ErrorKind kind, std::string message);

// Text of one message part. Doubles print as JavaScript and Python print them: the shortest decimal
// that reads back as the same number, whole numbers without a point.
void append(std::string& text, std::string_view part);
void append(std::string& text, const char* part);
void append(std::string& text, double part);
void append(std::string& text, int64_t part);
void append(std::string& text, uint64_t part);
template <std::integral I>
requires(!std::same_as<I, int64_t> && !std::same_as<I, uint64_t>) void append(std::string& text,
                                                                              I part) {
  append(text, static_cast<int64_t>(part));
}

template <class... Parts>
std::string concat(const Parts&... parts) {
  std::string text;
  (append(text, parts), ...);
  return text;
}

template <class... Parts>
[[noreturn, gnu::cold, gnu::noinline]] void fail(ErrorKind kind, const Parts&... parts) {
  raise(kind, concat(parts...));
}

template <class... Parts>
void check(bool ok, const Parts&... parts) {
  if (!ok) [[unlikely]]
    fail(ErrorKind::Runtime, parts...);
}

template <class... Parts>
void check_value(bool ok, const Parts&... parts) {
  if (!ok) [[unlikely]]
    fail(ErrorKind::Value, parts...);
}

template <class... Parts>
void check_index(bool ok, const Parts&... parts) {
  if (!ok) [[unlikely]]
    fail(ErrorKind::Index, parts...);
}

template <class... Parts>
void check_type(bool ok, const Parts&... parts) {
  if (!ok) [[unlikely]]
    fail(ErrorKind::Type, parts...);
}

}  // namespace torch
