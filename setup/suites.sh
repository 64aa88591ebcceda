# The test suites, and the adding up of what they report.

suites='lint native asan tsan wasm web python browser consumers bench demo site'

doctests() { # preset
  built "$1" torch_tests
  say "testing $1"
  ctest --test-dir "build/$1" --verbose --no-tests=error
}

suite_lint() {
  build_library
  need clang-format=clang-format
  node tests/lint/lint.mjs "$@"
}
suite_native() {
  need_native
  doctests native
}
suite_asan() {
  need_sanitizers
  # An allocation that is too large is an error of ours, not the sanitizer's.
  ASAN_OPTIONS=allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 doctests native-asan
}
suite_tsan() {
  need_sanitizers
  TSAN_OPTIONS=allocator_may_return_null=1 doctests native-tsan
}
suite_wasm() {
  need_emscripten
  need_doctest
  doctests wasm
  doctests wasm-relaxed
}
suite_web() {
  build_library
  npm test -w alphatorch-tests
}
suite_python() {
  build_library
  need_torch
  npm run --silent python -w alphatorch-tests
}
suite_browser() {
  build_library
  need_browsers
  need_webkit
  npm run browser -w alphatorch-tests
}
suite_consumers() {
  build_library
  need_browsers
  need_webkit
  npm test -w alphatorch-consumers
}
# Every result of every task, without the clock.
suite_bench() {
  build_bench
  need_browsers
  node tests/bench/run.mjs --smoke
}
suite_demo() {
  build_demo
  need_browsers
  node demo/serve.mjs --check
}

suite_site() {
  build_site
  need_browsers
  need_webkit
  node site/check.mjs
}

plain_text() { sed "s/$(printf '\033')\[[0-9;]*m//g" "$1"; }

# The counts that doctest, Vitest and our own scripts close with, summed: "passed failed".
count() {
  plain_text "$1" | awk '
    /test cases:.* passed / || /^ *Tests  / || /^([a-z]+: )?[0-9]+ passed, [0-9]+ failed$/ {
      gsub(/[|,]/, " ")
      for (i = 2; i <= NF; ++i) {
        if ($i == "passed") passed += $(i - 1)
        if ($i == "failed") failed += $(i - 1)
      }
    }
    END { print passed + 0, failed + 0 }'
}

# What of a suite's log says what failed, or how it ended.
reasons() {
  plain_text "$1" |
    grep -E '✗|^ *FAIL|AssertionError|ERROR: |(^|: )(error|failed|fatal error): ' |
    head -n 20 | cut -c 1-400 | grep . || tail -n 5 "$1"
}

# run_suites name… : all of them even when one fails; the last lines are what failed, and the sum.
run_suites() {
  all_passed=0
  all_failed=0
  summary=
  failing=
  mkdir -p build/logs
  for suite; do
    case " $suites " in *" $suite "*) ;; *) die "no suite '$suite'; there are: $suites" ;; esac
  done
  for suite; do
    log=build/logs/$suite.log
    printf '\n== %s\n' "$suite"
    start=$(date +%s)
    {
      set +e
      (set -e; "suite_$suite")
      echo $? >"$log.status"
    } 2>&1 | tee "$log"
    counts=$(count "$log")
    passed=${counts% *}
    failed=${counts#* }
    # A suite that stopped early, or ran nothing, is one failure whatever it counted.
    if [ "$failed" = 0 ] && { [ "$(cat "$log.status")" != 0 ] || [ "$passed" = 0 ]; }; then
      failed=1
      [ "$(cat "$log.status")" != 0 ] || echo "error: the suite $suite ran no test"
    fi
    [ "$failed" = 0 ] || failing="$failing $suite"
    all_passed=$((all_passed + passed))
    all_failed=$((all_failed + failed))
    summary="$summary$(printf '%-8s %5d passed %3d failed %4d s' "$suite" "$passed" "$failed" \
      $(($(date +%s) - start)))
"
  done
  for suite in $failing; do
    printf '\n== what failed in %s\n' "$suite"
    reasons "build/logs/$suite.log"
  done
  printf '\n%s%d passed, %d failed\n' "$summary" "$all_passed" "$all_failed"
  [ "$all_failed" = 0 ]
}
