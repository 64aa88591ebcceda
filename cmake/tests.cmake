# torch_tests: every doctest file of tests/<layer>/. Nobody who only builds the library needs it.
enable_testing()

# Copied, because a wasm build must not see the system's other headers.
find_file(DOCTEST_HEADER doctest/doctest.h PATHS /usr/include /usr/local/include
  NO_CMAKE_FIND_ROOT_PATH)
if(NOT DOCTEST_HEADER)
  message(STATUS "doctest is missing (Debian: doctest-dev): no target torch_tests")
  return()
endif()
file(COPY ${DOCTEST_HEADER} DESTINATION ${CMAKE_BINARY_DIR}/doctest/doctest)

set(test_sources)
foreach(layer base simd kernels tensor autograd ops io)
  file(GLOB_RECURSE found CONFIGURE_DEPENDS tests/${layer}/*_test.cpp)
  list(APPEND test_sources ${found})
endforeach()
file(GLOB test_support CONFIGURE_DEPENDS tests/*.cpp)

add_executable(torch_tests EXCLUDE_FROM_ALL ${test_sources} ${test_support})
target_include_directories(torch_tests PRIVATE tests)
target_include_directories(torch_tests SYSTEM PRIVATE ${CMAKE_BINARY_DIR}/doctest)
target_link_libraries(torch_tests PRIVATE torch)

set(launcher)
if(EMSCRIPTEN)
  # Node takes the project's package.json for the script's, and the script is no ES module.
  file(WRITE ${CMAKE_BINARY_DIR}/package.json "{}\n")
  # The tests' link is not what is measured: -O1 leaves the slow whole-program passes out.
  target_link_options(torch_tests PRIVATE -O1 -sENVIRONMENT=node -sEXIT_RUNTIME=1
    -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=4GB -sINITIAL_MEMORY=64MB -sSTACK_SIZE=1MB
    -sDEFAULT_PTHREAD_STACK_SIZE=1MB -Wno-pthreads-mem-growth)
  set(launcher ${CMAKE_CROSSCOMPILING_EMULATOR})
  if(TORCH_RELAXED_SIMD)
    # Node 20 asks for a flag, which later versions no longer know.
    execute_process(COMMAND ${launcher} --experimental-wasm-relaxed-simd -e 0
      RESULT_VARIABLE refused OUTPUT_QUIET ERROR_QUIET)
    if(NOT refused)
      list(APPEND launcher --experimental-wasm-relaxed-simd)
    endif()
  endif()
elseif(TORCH_SANITIZE)
  # Sanitizers of clang 14 lose their shadow memory under a kernel that randomizes addresses widely.
  find_program(SETARCH setarch)
  if(SETARCH)
    execute_process(COMMAND ${SETARCH} -R true RESULT_VARIABLE refused OUTPUT_QUIET ERROR_QUIET)
    if(NOT refused)
      set(launcher ${SETARCH} -R)
    endif()
  endif()
endif()
add_test(NAME torch_tests COMMAND ${launcher} $<TARGET_FILE:torch_tests> --no-colors=true)
