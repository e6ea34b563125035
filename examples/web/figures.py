# SPDX-License-Identifier: Apache-2.0
"""usage: figures.py FOLDER
Of the folder's requests.txt (web_client), marks.txt (play), log.json (`attune log --json`) and orders.txt (the database) makes
report.json and timeline.svg in it, and prints the figures. Ends with 1 where it did not go as it should."""
import json
import pathlib
import sys

from picture import picture_of
from story import figures_of, findings_of, story_of

FAULTS = {"kill": "kill -9 of app1", "host": "its host dead"}


def show(figures):
    for mark, name in FAULTS.items():
        fault = figures["faults"][mark]
        print(f"  {name:22} it serves again after {fault['serves_again_after_s']:.2f} s; {fault['failed']} of {fault['requests']} requests "
              f"failed, the last one {fault['last_failed_after_s']:.2f} s after it")
    print(f"  grown, shrunk          {figures['grown_after_s'] or float('nan'):.1f} s after there was more load, "
          f"{figures['shrunk_after_s'] or float('nan'):.1f} s after there was less")
    print(f"  in all                 {figures['failed']} of {figures['requests']} requests failed in {figures['seconds']:.0f} s")
    orders = figures["orders"]
    print(f"  orders                 {orders['taken']} taken, {orders['stored']} stored, {orders['lost']} lost, {orders['doubled']} doubled")


def main():
    folder = pathlib.Path(sys.argv[1])
    story = story_of(*((folder / name).read_text().splitlines() for name in ("requests.txt", "marks.txt", "log.json", "orders.txt")))
    figures, findings = figures_of(story), findings_of(story)
    (folder / "timeline.svg").write_text(picture_of(story))
    (folder / "report.json").write_text(json.dumps(figures, indent=1) + "\n")
    show(figures)
    for finding in findings:
        print(f"web: {finding}", file=sys.stderr)
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
