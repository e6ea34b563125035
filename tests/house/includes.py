# SPDX-License-Identifier: Apache-2.0
"""Folders include only what stands before them in the flow, and heavy headers stay out of our headers."""
import re

from sources import ROOT, conclude, tracked_files

CORE = ["runtime/base", "runtime/model", "runtime/ports", "runtime/system", "runtime/workflow"]
OUTER = ["runtime/journal", "runtime/events", "runtime/traffic", "runtime/transport", "runtime/deploy", "runtime/hypervisor",
         "wrappers", "runtime/control"]
# What each folder may include besides itself.
SEES = {
    "runtime/base": [],
    "runtime/model": ["runtime/base"],
    "dsl": ["runtime/base", "runtime/model", "runtime/placement"],
    "runtime/placement": ["runtime/base"],
    "runtime/ports": ["runtime/base"],
    "runtime/system": CORE[:3],
    "runtime/workflow": CORE[:4],
    **{folder: CORE + OUTER[:place] for place, folder in enumerate(OUTER)},
    "probes": ["runtime/base"],
    "runtime/main/lsp": ["runtime/base", "runtime/model", "dsl"],
    "runtime/main": CORE + OUTER + ["dsl", "probes", "runtime/placement", "runtime/main/lsp"],
}

# Each costs seconds in every file that sees it: it stays behind a plain interface, in a source file.
HEAVY = re.compile(r"boost/(asio|beast)|antlr4-runtime|libssh/|libvirt/|nlohmann/json\.hpp|CLI/|spdlog/|sqlite3\.h")
# Headers between a few sources of one folder, which could not do without.
PRIVATE = {"dsl/syntax_errors.h", "runtime/control/door.h", "runtime/control/stream_connection.h",
           "runtime/control/tls_context.h", "runtime/control/client_connection.h", "tests/main/lsp/client.h"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def folder_of(name):
    return next((folder for folder in SEES if name.startswith(folder + "/")), None)


def finding_of(path, quoted, name):
    """What is wrong with this include, or None."""
    if HEAVY.search(name) or name in PRIVATE:
        heavy = path.suffix == ".h" and str(path) not in PRIVATE
        return f"{name} is heavy: include it in a source file" if heavy else None
    if not quoted or "/" not in name:
        return None
    own, seen = folder_of(str(path)), folder_of(name)
    if own and seen and own != seen and seen not in SEES[own]:
        return f"{own} must not see {seen}"
    return None if (ROOT / name).exists() else f"there is no {name} below the root"


def findings_of(path):
    for number, line in enumerate((ROOT / path).read_text().split("\n"), 1):
        match = INCLUDE.match(line)
        finding = match and finding_of(path, match.group(1) == '"', match.group(2))
        if finding:
            yield f"{path}:{number}: {finding}"


conclude([finding for path in tracked_files(".h", ".cc") for finding in findings_of(path)])
