#!/usr/bin/env bash
# Builds the console into target/classes/console, or checks its types and tests it: build.sh [test].
# Does nothing when nothing has changed.
set -euo pipefail
cd "$(dirname "$0")"

command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || {
  echo "slipway: building the console needs Node.js 20.19 or newer with npm: install it (Debian: apt-get install nodejs npm, macOS: brew install node)." >&2
  exit 1
}
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' || {
  echo "slipway: building the console needs Node.js 20.19 or newer, and found $(node --version)." >&2
  exit 1
}

# Twice, because registries fail now and then.
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

# The types of what the server says, from its document.
types=target/openapi.d.ts
if [ ! -f "$types" ] || [ openapi.json -nt "$types" ] || [ package-lock.json -nt "$types" ]; then
  npm run --silent types > /dev/null
  touch "$types"
fi

built=target/classes/console/index.html
if [ ! -f "$built" ] || [ -n "$(find index.html package-lock.json vite.config.ts src public ../docs/proxy -newer "$built" -print -quit)" ]; then
  npx --no-install vite build --logLevel warn
  touch "$built"
fi

# After the build, because its size is tested too.
if [ "${1:-}" = test ]; then
  npx --no-install vue-tsc --noEmit
  npx --no-install vitest run --passWithNoTests=false
fi
