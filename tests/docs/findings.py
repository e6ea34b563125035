#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/findings.md has each code that dsl/finding_codes.cc knows, in its order, with why it matters and an example
that a golden test shows; and the sources find by no other code. With --write the page is brought up to date: an
example that no test shows any more is replaced, what is written between them stays."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/findings.md"
SOURCE = ROOT / "dsl/finding_codes.cc"
FIRST_LINE = re.compile(r"^(?:\S+: )?(?:error|warning): .* \[([a-z0-9-]+)\]$")
ENTRY = re.compile(r'//\s*(.+)|\{"([a-z0-9-]+)",\s*(?:(k\w+)|((?:"[^"]*"\s*)+))\}')
FIRST = "## The languages"
# Found by other tests than the golden ones: their examples are written by hand.
BY_HAND = {"agent-not-read", "bad-expectation", "bad-key", "bad-trace", "missing-parameter", "unknown-parameter", "no-project", "too-long", "unreadable", "unsafe-archive", "missing-script"}


def known_codes():
    """[(subject, code, why)] in the order of the source."""
    text = SOURCE.read_text()
    constants = {name: "".join(re.findall(r'"([^"]*)"', value))
                 for name, value in re.findall(r'string_view (k\w+) =\s*((?:"[^"]*"\s*)+);', text)}
    subject, codes = "", []
    table = text[text.index("kCodes[]"):text.index("}  // namespace")]
    for comment, code, constant, literal in ENTRY.findall(table):
        if comment:
            subject = comment.rstrip(".")
        else:
            why = constants[constant] if constant else "".join(re.findall(r'"([^"]*)"', literal))
            codes.append((subject, code, why))
    return codes


def used_codes():
    """What the front end's sources name as the code of a finding."""
    call = re.compile(r'(?:found_?\.(?:error|warning)\(|\btell\(|add\(\{Severity::k\w+,)\s*"([a-z0-9]+(?:-[a-z0-9]+)*)",')
    sources = [*ROOT.glob("dsl/*.cc"), *ROOT.glob("runtime/model/*.cc"), ROOT / "runtime/main/cli/archive_check.cc"]
    return {code for source in sources for code in call.findall(source.read_text())}


def shown_examples():
    """{code: [text]}, the shortest first."""
    examples = {}
    for file in sorted((ROOT / "tests/golden").rglob("*.txt")):
        block, code = [], ""
        for line in [*file.read_text(errors="replace").splitlines(), ""]:
            first = FIRST_LINE.match(line)
            if block and (first or not line.startswith("  ")):
                examples.setdefault(code, set()).add("\n".join(block))
                block = []
            if first:
                block, code = [line], first[1]
            elif block and not line.lstrip().startswith("why: "):
                block.append(line)
    return {code: sorted(texts, key=lambda text: (len(text), text)) for code, texts in examples.items()}


def sections(page):
    """{code: (why, example)} as the page has them."""
    return {code: (why.strip(), example) for code, why, example in
            re.findall(r"^### `([a-z0-9-]+)`\n\n(.*?)\n\n```text\n(.*?)\n```$", page, re.M | re.S)}


def written(page, codes, examples):
    """The page with the sections as they should be."""
    have, lines, subject = sections(page), [], None
    for its_subject, code, why in codes:
        if its_subject != subject:
            lines += [f"## {its_subject}", ""]
            subject = its_subject
        shown = examples.get(code, [])
        kept = have.get(code, ("", ""))[1]
        example = kept if kept in shown or code in BY_HAND else next(iter(shown), "")
        lines += [f"### `{code}`", "", why, "", "```text", example, "```", ""]
    return page[:page.index(FIRST)] + "\n".join(lines).rstrip() + "\n"


def main():
    codes, examples, page = known_codes(), shown_examples(), PAGE.read_text()
    names = [code for _, code, _ in codes]
    problems = [f"dsl/finding_codes.cc: '{code}' is there twice" for code in set(names) if names.count(code) > 1]
    problems += [f"'{code}' is found and is not in dsl/finding_codes.cc" for code in sorted(used_codes() - set(names))]
    problems += [f"dsl/finding_codes.cc: nothing is found by '{code}' in any golden test" for code in names
                 if code not in examples and code not in BY_HAND]
    have = sections(page)
    problems += [f"docs/findings.md: write an example of '{code}' by hand" for code in sorted(BY_HAND)
                 if not have.get(code, ("", "?"))[1].strip()]
    if not problems:
        right = written(page, codes, examples)
        if right != page and "--write" in sys.argv[1:]:
            PAGE.write_text(right)
        elif right != page:
            problems.append("docs/findings.md: out of date: bring it up to date by tests/docs/findings.py --write, and read it")
    print("\n".join(problems) or f"{len(names)} codes, each with its reason and an example")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
