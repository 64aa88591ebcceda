# Source this (`. setup/env.sh`, from the project's root) to have emcc, em++ and emcmake on the PATH.
# An emcc of version 4 or newer that is already there stays in charge; otherwise it is the one that
# setup/emscripten.sh put into .tools.

ROOT=${ROOT:-$PWD}

# Whether .tools/emscripten is complete. The loader's path is written into its programs, so one that
# came along with a moved or copied checkout is not.
emscripten_ready() {
  [ "$(cat "$ROOT/.tools/emscripten/ready" 2>/dev/null)" = "$ROOT/.tools/emscripten" ]
}

# emcc_major: the major version of the emcc on the PATH, 0 where there is none.
emcc_major() {
  command -v emcc >/dev/null || { echo 0; return; }
  emcc --version 2>/dev/null | sed -n '1s/.* \([0-9][0-9]*\)\.[0-9].*/\1/p' | grep . || echo 0
}

# emcc asks for tsc on the PATH.
case ":$PATH:" in
  *":$ROOT/node_modules/.bin:"*) ;;
  *) export PATH="$ROOT/node_modules/.bin:$PATH" ;;
esac

case ":$PATH:" in
  *":$ROOT/.tools/emscripten/bin:"*) ;;
  *)
    if emscripten_ready && [ "$(emcc_major)" -lt 4 ]; then
      PATH=$ROOT/.tools/emscripten/bin:$PATH
      EM_CONFIG=$ROOT/.tools/emscripten/root/usr/share/emscripten/.emscripten
      export PATH EM_CONFIG
    fi
    ;;
esac
