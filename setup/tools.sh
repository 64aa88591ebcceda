# need_…: sees to it that one group of tools is there, and costs nothing where it is.

need_node() {
  command -v node >/dev/null && command -v npm >/dev/null ||
    die "node 20 or newer, with npm, is missing"
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || die "node 20 or newer is needed, this one is $(node --version)"
}

need_cmake() { need cmake=cmake ninja-build=ninja; }

need_doctest() { need doctest-dev=/usr/include/doctest/doctest.h; }

need_native() {
  need_cmake
  need_doctest
  need g++=g++ libsimde-dev=/usr/include/simde/wasm/simd128.h
}

need_sanitizers() {
  need_native
  need clang=clang++ 'libclang-rt-dev=/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.asan-*.a'
}

need_emscripten() {
  need_node
  need_cmake
  if ! emscripten_ready || [ ! -e "$ROOT/.tools/emscripten/warm" ]; then
    need python3=python3
    [ "$(emcc_major)" -ge 4 ] || need patchelf=patchelf
    sh "$ROOT/setup/emscripten.sh"
  fi
  # Each suite has a shell of its own, and the one that installed it may have been another.
  . "$ROOT/setup/env.sh"
}

need_torch() { need python3-torch='/usr/lib/python3/dist-packages/torch/__init__.py'; }

need_browsers() { need chromium=chromium firefox-esr=firefox-esr; }

need_webkit() {
  need webkit2gtk-driver=WebKitWebDriver 'libwebkit2gtk-4.1-0=/usr/lib/*/webkit2gtk-4.1/MiniBrowser' xvfb=Xvfb
}

# The workspaces' packages, installed again only when the lock or a package.json changed.
need_npm() {
  need_node
  locked npm install_npm
}

npm_inputs() { cat package.json package-lock.json ./*/package.json 2>/dev/null | cksum; }

install_npm() {
  stamp=node_modules/.installed
  [ "$(cat "$stamp" 2>/dev/null)" = "$(npm_inputs)" ] && return
  # In CI a lock that does not match is an error; elsewhere it is brought up to date.
  if [ -n "${CI:-}" ]; then how=ci; else how=install; fi
  say "npm: installing the workspaces' packages"
  npm $how --loglevel=error >.tools/npm.log 2>&1 ||
    die "npm $how failed: $(grep -m1 -i error .tools/npm.log || tail -n 1 .tools/npm.log)"
  npm_inputs >"$stamp"
}

# The libraries that ./run bench --peers measures; nothing else needs them.
need_peers() { locked peers install_peers; }

install_peers() {
  stamp=tests/bench/node_modules/.installed
  inputs=$(cat tests/bench/package.json tests/bench/package-lock.json 2>/dev/null | cksum)
  [ "$(cat "$stamp" 2>/dev/null)" = "$inputs" ] && return
  say "npm: installing the peers"
  (cd tests/bench && npm install --loglevel=error) >.tools/npm.log 2>&1 ||
    die "npm install failed: $(grep -m1 -i error .tools/npm.log || tail -n 1 .tools/npm.log)"
  cat tests/bench/package.json tests/bench/package-lock.json | cksum >"$stamp"
}
