#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# dead_links.sh FOLDER: fails where a page below leads to a file that is not there, and names both.
set -euo pipefail
cd "$1"
dead=$(grep --recursive --only-matching --extended-regexp --include='*.md' '\]\([^)#: ]+[)# ]' . |
  while IFS=: read -r page link; do link=${link:2:-1}; [[ -e $(dirname "$page")/$link ]] || echo "$page: $link"; done)
[[ -z $dead ]] || { echo "$dead" >&2; exit 1; }
