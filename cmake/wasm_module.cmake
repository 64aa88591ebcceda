# How a wasm module is linked: ready when its script returns, silent, without eval.
function(torch_wasm_module target)
  target_include_directories(${target} PRIVATE bindings)
  # Behind Embind, of which it replaces a part.
  set(calls ${CMAKE_SOURCE_DIR}/bindings/calls.js)
  target_link_libraries(${target} PRIVATE embind --js-library=${calls})
  target_link_options(${target} PRIVATE
    -Oz -sSTRICT=1 --no-entry -sFILESYSTEM=0
    # Callers learn what a function never does, throwing above all: 1 KB less to download.
    -sBINARYEN_EXTRA_PASSES=--generate-global-effects,-Oz
    # We wrap the script ourselves and hand it bytes and memory, so that it starts synchronously.
    -sMODULARIZE=0 -sWASM_ASYNC_COMPILATION=0 -sENVIRONMENT=web,worker
    "-sINCOMING_MODULE_JS_API=wasmBinary,wasmMemory,mainScriptUrlOrBlob"
    # A pool would be a run dependency, and so asynchronous.
    -sPTHREAD_POOL_SIZE=0
    # 16 MB to start with; the most is what 32-bit addresses reach.
    -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=16MB -sMAXIMUM_MEMORY=4GB -Wno-pthreads-mem-growth
    -sSTACK_SIZE=1MB -sDEFAULT_PTHREAD_STACK_SIZE=1MB
    # Pages without 'unsafe-eval'.
    -sDYNAMIC_EXECUTION=0
    "-sEXPORTED_FUNCTIONS=_malloc,_free"
    "-sEXPORTED_RUNTIME_METHODS=getExceptionMessage,decrementExceptionRefcount,stackSave,stackRestore"
    # The oldest engines with SIMD and wasm exceptions.
    -sMIN_CHROME_VERSION=95 -sMIN_FIREFOX_VERSION=100 -sMIN_SAFARI_VERSION=160400
    --emit-tsd torch.d.ts)
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${calls})
  # The types that TypeScript compiles against are committed, so the two languages cannot drift.
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E copy_if_different
      ${CMAKE_BINARY_DIR}/torch.d.ts ${CMAKE_SOURCE_DIR}/web/src/core.d.mts)
endfunction()

# What unpacks the module: bare of any library, so that it is 1 KB and starts at once. (No library also
# means no stack helpers, which the linker would otherwise ask for.)
function(unlzma_module)
  set(source ${CMAKE_SOURCE_DIR}/web/unlzma.cpp)
  add_custom_command(OUTPUT unlzma.wasm DEPENDS ${source}
    COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -Os -Wall -Wextra -fno-exceptions -nostdlib
      -sSTANDALONE_WASM -Wl,--no-entry -sERROR_ON_UNDEFINED_SYMBOLS=0 -sSTACK_SIZE=4KB
      -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=64KB -sEXPORTED_FUNCTIONS=_begin,_unlzma
      ${source} -o unlzma.wasm)
  add_custom_target(unlzma DEPENDS unlzma.wasm)
endfunction()
