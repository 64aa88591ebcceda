#!/bin/sh
# Brings Emscripten: the emcc on the PATH where it is version 4 or newer, else Debian forky's, unpacked
# into .tools/emscripten with its own C library. The system, and its apt, stay as they are.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/setup/say.sh"
. "$ROOT/setup/env.sh"

suite=forky
home=$ROOT/.tools/emscripten
new=$ROOT/.tools/emscripten.new

# An apt whose every folder is ours; the mirror is the one this machine already uses.
private_apt() {
  apt=$new/apt
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
  : >"$apt/status"
  cat >"$apt/conf" <<CONF
Dir::State "$apt";
Dir::State::Lists "$apt/lists";
Dir::State::Status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Acquire::Languages "none";
APT::Sandbox::User "$(id -un)";
CONF
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -r "$keyring" ] || die "need $keyring (package debian-archive-keyring)"
  for site in $(apt-get indextargets --no-release-info --format '$(SITE)' 'Created-By: Packages' | sort -u); do
    echo "deb [signed-by=$keyring] $site $suite main" >"$apt/sources.list"
    if APT_CONFIG=$apt/conf apt-get update -qq --error-on=any >"$apt/log" 2>&1; then
      export APT_CONFIG="$apt/conf"
      return
    fi
  done
  die "no apt mirror of this machine offers Debian $suite: $(grep -m1 '^E:' "$apt/log" || echo 'see apt-get indextargets')"
}

depends() { # package: the names it depends on, first alternatives, without versions
  apt-cache show --no-all-versions "$1" | sed -n 's/^\(Pre-\)\{0,1\}Depends: //p' |
    tr ',' '\n' | sed 's/|.*//; s/(.*//; s/:any//; s/ //g' | grep .
}

# What emcc runs, and the shared libraries that needs. The compiler's headers are asked for by name;
# C and C++ libraries for the machine itself, and a downloader used by one debug tool, are left out.
packages() {
  wanted="emscripten $(depends emscripten | grep -Ev '^(nodejs|python3|ccache)$' | tr '\n' ' ')"
  wanted="$wanted libclang-common-$version-dev"
  seen=' '
  while [ -n "${wanted% }" ]; do
    next=
    for p in $wanted; do
      case $seen in *" $p "*) continue ;; esac
      seen="$seen$p "
      next="$next $(depends "$p" | grep -E '^(lib|zlib)' |
        grep -Ev -- '-dev$|^(libcurl|libclang1-|libc-)' | tr '\n' ' ')"
    done
    wanted=$(echo $next)
  done
  echo $seen
}

elf() { [ -f "$1" ] && [ ! -L "$1" ] && [ "$(head -c 4 "$1" | tail -c 3)" = ELF ]; }

# Programs are pointed at the loader and libraries of the final place; libraries at their neighbours.
relocate() {
  loader=$(patchelf --print-interpreter "$root/usr/lib/llvm-$version/bin/clang")
  libs=$(dirname "$(find "$root/usr/lib" -name 'libLLVM*.so*' -path '*-linux-gnu/*' | head -n 1)")
  for file in "$root/usr/lib/llvm-$version/bin"/* "$root"/usr/bin/wasm-*; do
    elf "$file" || continue
    patchelf --set-interpreter "$home/root/usr${loader#/usr}" \
      --set-rpath "$home/root/usr/lib/$(basename "$libs")" "$file"
  done
  for file in "$libs"/lib*.so*; do
    case $(basename "$file") in libc.so* | libm.so* | libmvec* | libpthread* | libdl* | librt* | \
      libanl* | libutil* | libresolv* | libnss_* | libnsl* | libBrokenLocale* | libthread_db* | \
      libc_malloc_debug* | libmemusage* | libpcprofile* | libSegFault*) continue ;; esac
    elf "$file" || continue
    patchelf --set-rpath '$ORIGIN' "$file"
  done
}

install_emscripten() {
  emscripten_ready && return
  for tool in apt-get dpkg patchelf python3 node; do
    command -v "$tool" >/dev/null || die "setting up Emscripten needs $tool"
  done
  rm -rf "$new"
  mkdir -p "$new/root" "$new/bin" "$new/debs"
  root=$new/root

  say "emscripten: reading the package list of Debian $suite"
  private_apt
  version=$(depends emscripten | sed -n 's/^clang-//p')
  release=$(apt-cache show --no-all-versions emscripten | sed -n 's/^Version: //p')
  [ -n "$version" ] || die "Debian $suite's emscripten names no clang: $(depends emscripten | tr '\n' ' ')"

  list=$(packages)
  set -- $list
  say "emscripten: downloading $release with LLVM $version ($# packages, about 100 MB)"
  (cd "$new/debs" && apt-get download -qq "$@" >"$apt/log" 2>&1) ||
    die "download failed: $(grep -m1 '^E:' "$apt/log" || tail -n 1 "$apt/log")"

  say "emscripten: unpacking"
  for deb in "$new/debs"/*.deb; do dpkg -x "$deb" "$root"; done
  rm -rf "$new/debs" "$apt"
  unset APT_CONFIG

  say "emscripten: fitting it to its folder"
  relocate
  # emcc's JavaScript optimizer looks for acorn here.
  rm -rf "$root/usr/share/emscripten/node_modules"
  cp -r "$root/usr/share/nodejs" "$root/usr/share/emscripten/node_modules"
  for tool in emcc em++ emar emranlib emcmake emmake emconfigure embuilder; do
    printf '#!/bin/sh\nexec python3 -E "%s" "$@"\n' "$home/root/usr/share/emscripten/$tool.py" >"$new/bin/$tool"
    chmod +x "$new/bin/$tool"
  done
  # emcc reads this file by itself, so a build needs no environment.
  cat >"$root/usr/share/emscripten/.emscripten" <<CONFIG
EMSCRIPTEN_ROOT = '$home/root/usr/share/emscripten'
LLVM_ROOT = '$home/root/usr/bin'
BINARYEN_ROOT = '$home/root/usr'
NODE_JS = '$(command -v node)'
CLANG_ADD_VERSION = '$version'
LLVM_ADD_VERSION = '$version'
CACHE = '$home/cache'
CONFIG
  # Ends Node's search for a package.json here: emcc's scripts must not take ours for theirs.
  echo '{}' >"$new/package.json"
  echo "$home" >"$new/ready"
  rm -rf "$home"
  mv "$new" "$home"
}

# The first link of a variant compiles the system libraries it uses; do it here, where it can be
# announced, rather than inside somebody's build.
warm() {
  [ -e "$home/warm" ] && return
  say "emscripten: compiling its system libraries (2 to 4 minutes, once)"
  work=$(mktemp -d)
  cat >"$work/a.cpp" <<'CPP'
#include <emscripten/bind.h>
#include <iostream>
#include <thread>
static int f(int x) {
  std::thread([&] { ++x; }).join();
  if (x < 0) throw std::runtime_error("negative");
  std::cout << x;
  return x;
}
EMSCRIPTEN_BINDINGS(a) { emscripten::function("f", &f); }
int main() { return f(1); }
CPP
  for kind in -O1 '-O3 -sDYNAMIC_EXECUTION=0 -sEMBIND_AOT=1 --emit-tsd a.d.ts'; do
    (cd "$work" && em++ -std=c++20 $kind -pthread -fwasm-exceptions -sWASM_LEGACY_EXCEPTIONS=1 \
      -msimd128 -sALLOW_MEMORY_GROWTH=1 a.cpp -lembind -o a.js >log 2>&1) ||
      die "Emscripten cannot build a small program: $(grep -m1 error "$work/log" || tail -n 1 "$work/log")"
  done
  rm -rf "$work"
  touch "$home/warm"
}

if [ "$(emcc_major)" -ge 4 ]; then
  case $(command -v emcc) in "$home"/*) ;; *) exit 0 ;; esac
fi
emscripten_ready && [ -e "$home/warm" ] && exit 0
locked emscripten install_emscripten
. "$ROOT/setup/env.sh"
locked emscripten warm
say "emscripten: $(emcc --version | head -n 1)"
