# SPDX-License-Identifier: Apache-2.0
"""The shape of a file: headers say what they are, and no file grows beyond what one reads in a sitting."""
import re

from sources import ROOT, conclude, tracked_files

# GCC 12 resumes the coroutine in the wrong place, where it traps: await into a variable in the loop's body.
AWAITING_CONDITION = re.compile(r"\b(while|for) \(.*(&&|\|\|).*co_await")

LONGEST = {".h": 400, ".cc": 600}


def findings_of(path):
    lines = (ROOT / path).read_text().split("\n")
    if len(lines) > LONGEST[path.suffix]:
        yield f"{path}: {len(lines)} lines, more than {LONGEST[path.suffix]}"
    for number, line in enumerate(lines, 1):
        if AWAITING_CONDITION.search(line):
            yield f"{path}:{number}: a loop's condition that awaits: GCC 12 resumes it wrongly, await in its body"
    if path.suffix != ".h":
        return
    after = next(number for number, line in enumerate(lines) if not line.startswith("//"))
    if after < 2:
        yield f"{path}:2: a header opens by saying what it is, where it stands in the flow and which thread may call it"
    if lines[after] != "#pragma once":
        yield f"{path}:{after + 1}: '#pragma once' follows the opening comment"


conclude([finding for path in tracked_files(".h", ".cc") for finding in findings_of(path)])
