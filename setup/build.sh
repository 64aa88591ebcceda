# Building: a CMake preset, and the npm packages.

# built preset target : configures when the presets are newer than the build or the build does not know
# the target (torch_tests is there only when doctest was), then builds.
built() {
  locked "build-$1" build_preset "$1" "$2"
}

# The builds with and without relaxed SIMD, and other checkouts, compile mostly the same: ccache, in the
# user's own cache, compiles it once. Paths below the checkout count as relative ones.
build_preset() {
  dir=build/$1
  need ccache=ccache
  export CCACHE_BASEDIR="$ROOT" CCACHE_NOHASHDIR=1
  case $1 in
    wasm*) export EM_COMPILER_WRAPPER=ccache ;;
    *) export CMAKE_CXX_COMPILER_LAUNCHER=ccache ;;
  esac
  if ! grep -q "^build $2: " "$dir/build.ninja" 2>/dev/null ||
    [ -n "$(find CMakePresets.json -newer "$dir/build.ninja")" ]; then
    say "configuring $1"
    configure="cmake --preset $1"
    case $1 in wasm*) configure="emcmake $configure" ;; esac
    mkdir -p "$dir"
    grep -q "^CMAKE_HOME_DIRECTORY:INTERNAL=$ROOT$" "$dir/CMakeCache.txt" 2>/dev/null ||
      rm -rf "$dir/CMakeCache.txt" "$dir/CMakeFiles"
    $configure >"$dir/configure.log" 2>&1 ||
      die "configuring $1: $(grep -A 2 -m1 'CMake Error' "$dir/configure.log" | tr '\n' ' ' || true)"
  fi
  say "building $1"
  cmake --build --preset "$1" --target "$2" || die "$2 of $1 does not build (see above)"
}

# stale stamp path… : whether a source under the paths is newer than the stamp.
stale() {
  stamp=$1
  shift
  [ ! -e "$stamp" ] || [ -n "$(find "$@" \( -name dist -o -name generated -o -name node_modules \) \
    -prune -o -newer "$stamp" -print | head -n 1)" ]
}

build_library() {
  need_emscripten
  need xz-utils=xz
  need_npm
  for preset in wasm wasm-relaxed; do built $preset torch_wasm; done
  locked build-web build_web
}

build_bench() {
  build_library
  for preset in wasm wasm-relaxed; do built $preset bench_limits; done
}

build_web() {
  [ -e web/package.json ] || die "web/package.json is missing"
  # shellcheck disable=SC2046
  stale build/web.stamp web README.md CHANGELOG.md package-lock.json $(wasm_outputs) || return 0
  say "building the npm package"
  npm run --silent build -w web || die "web/ does not build (see above)"
  touch build/web.stamp
}

wasm_outputs() {
  find build/wasm build/wasm-relaxed -maxdepth 1 \( -name '*.js' -o -name '*.wasm' \) ! -name 'torch_tests*' \
    ! -name 'bench_limits*'
}

build_demo() {
  build_library
  [ -e demo/package.json ] || die "demo/package.json is missing"
  stale build/demo.stamp demo build/web.stamp || return 0
  say "building the demo page"
  npm run --silent build -w demo || die "demo/ does not build (see above)"
  touch build/demo.stamp
}

build_site() {
  build_demo
  stale build/site.stamp site README.md build/demo.stamp || return 0
  say "building the site: the page and the API reference"
  npm run --silent build -w site || die "site/ does not build (see above)"
  touch build/site.stamp
}
