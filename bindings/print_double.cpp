// JavaScript prints numbers itself: C's printf and strtod with their 128-bit arithmetic would be a
// fiftieth of the download. The linker, which has this one already, leaves that of src/base in its
// archive.
#include "base/print_double.h"

#include <emscripten/em_js.h>

EM_JS_DEPS(print_double, "$stringToUTF8");
// An exponent has two digits at least, as in Python. As C++, it would be formatted wrongly.
// clang-format off
EM_JS(void, torch_print_double, (double value, char* digits, int room), {
  stringToUTF8(String(value).replace(/e-(?=[0-9]$)/, "e-0"), digits, room);
});
// clang-format on

namespace torch {

void print_double(double value, char (&digits)[kDoubleDigits]) {
  torch_print_double(value, digits, kDoubleDigits);
}

}  // namespace torch
