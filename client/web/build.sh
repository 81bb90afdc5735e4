#!/bin/sh
# build.sh OPENAPI OUT: the dashboard into OUT, with the API's types from OPENAPI. Where npm gives no packages the
# dashboard is left out, and nothing else fails: the server then serves a page that says so.
set -eu
openapi=$1
out=$2
cd "$(dirname "$0")"

left_out() {
  echo "################################################################################" >&2
  echo "# dashboard: $1; it is LEFT OUT of this build." >&2
  echo "################################################################################" >&2
  exit 0
}

command -v npm >/dev/null 2>&1 || left_out "there is no npm (./dev setup installs it)"
if ! cmp -s package-lock.json node_modules/.installed-lock.json; then
  npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=20000 --loglevel=error >&2 ||
    left_out "npm gave no packages"
  cp package-lock.json node_modules/.installed-lock.json
fi
node_modules/.bin/openapi-typescript "$openapi" --output src/api/schema.ts >/dev/null
EDGERACK_WEB_OUT=$out node_modules/.bin/vite build --logLevel warn
