# need package=probe… : installs the packages whose probe is not there. A probe is a command, or a
# file pattern that starts with a slash.

need() {
  missing=
  for entry; do
    package=${entry%%=*}
    probe=${entry#*=}
    case $probe in
      /*) set +f; for file in $probe; do [ -e "$file" ] && continue 2; done ;;
      *) command -v "$probe" >/dev/null && continue ;;
    esac
    missing="$missing $package"
  done
  [ -z "$missing" ] && return
  command -v apt-get >/dev/null || die "missing, and no apt-get to install them:$missing"
  locked apt install_packages $missing
}

install_packages() {
  say "apt: installing $*"
  log=$ROOT/.tools/apt.log
  as_root apt-get update -qq >"$log" 2>&1 || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1 ||
    die "apt could not install $*: $(grep -m1 '^E:' "$log" || tail -n 1 "$log")"
}
