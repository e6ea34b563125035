#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The pages as the package has them lead only to what it brings.
set -euo pipefail
cd "$(dirname "$0")/../.."
top=$(mktemp -d)
# shellcheck disable=SC2064 # the folder of now
trap "rm -r $top" EXIT
packaging/pages "$top/docs"
mkdir "$top/examples"
cp -r examples/local "$top/examples"
tests/packaging/dead_links.sh "$top"
grep -q '(openapi.json)' "$top/docs/control-api.md"

# As they are they would not, so what looks for that finds it.
cp -r docs "$top/plain"
if tests/packaging/dead_links.sh "$top" 2> "$top/said"; then echo "no dead link is found" >&2; exit 1; fi
grep -q '^./plain/security.md: ../tests/' "$top/said"
