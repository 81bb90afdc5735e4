#!/bin/sh
# run_pytest.sh PYTHON NAME FILE: one Python test file, with a report where the runner asks for one.
set -eu
report=""
[ -z "${EDGERACK_TEST_REPORTS:-}" ] || report="--junitxml=$EDGERACK_TEST_REPORTS/$2.xml"
exec "$1" -m pytest -q -p no:cacheprovider -rs $report "$3"
