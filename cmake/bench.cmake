# bench_limits: what ./run bench measures the library against, one module without a script and without
# a C library. Its flags are its own: what the machine can do is not limited by what a download weighs.
file(GLOB limits CONFIGURE_DEPENDS tests/bench/limits/*.cpp)
add_executable(bench_limits EXCLUDE_FROM_ALL ${limits})
set(limits_flags -O3 -msimd128 -mbulk-memory -ffp-contract=off -fno-exceptions -Wall -Wextra)
if(TORCH_RELAXED_SIMD)
  list(APPEND limits_flags -mrelaxed-simd)
endif()
set_target_properties(bench_limits PROPERTIES
  COMPILE_OPTIONS "${limits_flags}"
  COMPILE_DEFINITIONS TORCH_RELAXED_SIMD=$<BOOL:${TORCH_RELAXED_SIMD}>
  # 256 MB from the start hold every task's arrays, so nothing has to grow.
  LINK_OPTIONS "-O3;-nostdlib;-sSTANDALONE_WASM;-Wl,--no-entry;-sERROR_ON_UNDEFINED_SYMBOLS=0;-sINITIAL_MEMORY=256MB"
  SUFFIX .wasm)
