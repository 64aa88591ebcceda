// Embind names a type that nobody bound by its address, with C's printf: 2 KB of the download for
// an error that no page meets, as every load of ours would. (Emscripten's compiler writes siprintf
// for a sprintf without floats.) The linker, which has this one already, leaves C's in its archive.
extern "C" int siprintf(char* to, const char*, ...) {
  *to = '\0';
  return 0;
}
