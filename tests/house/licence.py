# SPDX-License-Identifier: Apache-2.0
"""Every file of code names its licence in its first three lines."""
from sources import ROOT, conclude, tracked_files

CODE = {".cc", ".h", ".cmake", ".sh", ".py", ".js", ".mjs", ".g4", ".c"}


def is_code(path, lines):
    """What is below templates/ becomes its author's."""
    if path.parts[0] == "templates":
        return False
    return path.suffix in CODE or path.name == "CMakeLists.txt" or lines[0].startswith(b"#!")


def findings():
    for path in tracked_files():
        lines = (ROOT / path).read_bytes().split(b"\n")[:3]
        if is_code(path, lines) and not any(b"SPDX-License-Identifier: Apache-2.0" in line for line in lines):
            yield f"{path}:1: no line 'SPDX-License-Identifier: Apache-2.0'"


conclude(list(findings()))
