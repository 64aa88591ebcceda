// The C++ runtime makes type names readable for messages that nobody sees here. Its demangler would
// be a fifteenth of the download; this one leaves every name as it is, and core.ts reads ours out
// of that.
#include <cstddef>

extern "C" char* __cxa_demangle(const char*, char*, size_t*, int* status) {
  if (status) *status = -2;  // "not a valid name", in the words of the Itanium C++ ABI
  return nullptr;
}
