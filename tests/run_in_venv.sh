#!/bin/sh
# run_in_venv.sh PYTHON NAME FOLDER: tests of the Python package with what `./dev python` installed;
# without that, PYTHON runs the one test that is skipped and says so.
set -eu
here=$(dirname "$0")
venv=${EDGERACK_PYTHON:-$here/../build/python}
if [ -x "$venv/bin/python" ]; then
  exec "$here/run_pytest.sh" "$venv/bin/python" "$2" "$3"
fi
exec "$here/run_pytest.sh" "$1" "$2" "$here/python/test_absent.py"
