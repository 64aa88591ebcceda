# How the project's shell scripts speak: what they do on stdout, what is missing on stderr.

say() { printf '%s\n' "· $*"; }

die() {
  printf '%s\n' "error: $*" >&2
  exit 1
}

# as_root command… : through sudo where we are not root.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "need root or sudo to run: $*"
  fi
}

# locked name command… : one at a time, so that two ./run in one checkout do not set up twice.
locked() {
  mkdir -p "$ROOT/.tools"
  lock=$ROOT/.tools/$1.lock
  shift
  command -v flock >/dev/null || { "$@"; return; }
  (
    flock -n 9 || { say "waiting for another ./run in this checkout"; flock 9; }
    "$@"
  ) 9>"$lock"
}
