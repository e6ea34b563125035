# SPDX-License-Identifier: Apache-2.0
"""usage: figures.py FOLDER
Of the folder's rounds.txt (watch.py) and log.json (`attune log --json`) makes report.json, timeline.svg and spans in it, and
prints the figures. spans has two lines for `attune traffic`, WHEN FROM TO. Ends with 1 where it did not go as it should."""
import datetime
import json
import pathlib
import sys

from picture import picture_of
from story import figures_of, findings_of, spans_of, story_of

PAIRS = (("front1", "back1"), ("front2", "back2"))
HOSTS = ("lab1", "lab2")


def written(at):
    return f"{datetime.datetime.fromtimestamp(at, datetime.timezone.utc):%Y-%m-%dT%H:%M:%SZ}"


def show(figures):
    print(f"  rounds a second            {figures['rounds_per_s_before']:.1f} before, {figures['rounds_per_s_after']:.1f} after: "
          f"{figures['ratio']:.1f} times as many")
    print(f"  from talking to regroup    {figures['talk_to_regroup_s']:.1f} s ({figures['groups'][0]})")
    print(f"  from regroup to the moves  {figures['regroup_to_first_move_s']:.1f} s, which took {figures['moves_s']:.1f} s")
    for move in figures["moves"]:
        print(f"  {move['message']}")


def main():
    folder = pathlib.Path(sys.argv[1])
    story = story_of((folder / "rounds.txt").read_text().splitlines(), (folder / "log.json").read_text().splitlines())
    findings = findings_of(story, PAIRS)
    if story.rates:
        (folder / "timeline.svg").write_text(picture_of(story, HOSTS))
    if not findings:
        figures = figures_of(story)
        (folder / "report.json").write_text(json.dumps(figures, indent=1) + "\n")
        (folder / "spans").write_text("".join(f"{when} {written(begin)} {written(end)}\n"
                                              for when, (begin, end) in spans_of(story).items()))
        show(figures)
    for finding in findings:
        print(f"sites: {finding}", file=sys.stderr)
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
