#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# dead_links.sh FOLDER: fails where a page below leads to a file that is not there, and names both. What stands in a
# block of code leads nowhere.
set -euo pipefail
cd "$1"
links_of() { awk '/^ *```/ { code = !code } !code' "$1" | { grep -oE '\]\([^)#: ]+[)# ]' || true; }; }
dead=$(find . -name '*.md' | sort | while read -r page; do
  links_of "$page" | while read -r link; do
    link=${link:2:-1}
    [[ -e $(dirname "$page")/$link ]] || echo "$page: $link"
  done
done)
[[ -z $dead ]] || { echo "$dead" >&2; exit 1; }
