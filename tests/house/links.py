# SPDX-License-Identifier: Apache-2.0
"""Every relative link in a Markdown page leads to a file, and its anchor to a heading."""
import re
import urllib.parse

from sources import ROOT, conclude, tracked_files

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#+\s+(.*)$", re.M)


def without_code(text):
    """The text with its code blanked out and its lines kept."""
    for code in (re.compile(r"^```.*?^```", re.M | re.S), re.compile(r"`[^`\n]*`")):
        text = code.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    return text


def anchor_of(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def findings_of(path):
    text = without_code((ROOT / path).read_text())
    for match in LINK.finditer(text):
        link = urllib.parse.unquote(match.group(1))
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = ROOT / path.parent / name if name else ROOT / path
        line = text.count("\n", 0, match.start()) + 1
        if not target.exists():
            yield f"{path}:{line}: {link}: there is no such file"
        elif anchor and anchor not in map(anchor_of, HEADING.findall(target.read_text())):
            yield f"{path}:{line}: {link}: there is no such heading"


conclude([finding for path in tracked_files(".md") for finding in findings_of(path)])
