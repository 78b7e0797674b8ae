#!/usr/bin/env python3
"""Send whole records to invented spaces and bring them back: `scripts/round_trip.py [--records 48] [--examples]`.

The 48 records of Synthea and HL7's examples of R4 that lie beside the project, over HTTP, by the token of a software on trial, in a
real house of its own. Says each difference; the examples refused or not sent are told by reason. Ends with one line of counts; 0 when
nothing differs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.faults.killing import supervised  # noqa: E402 - the tree is only importable once it is on the path
from tests.published_examples import as_transactions  # noqa: E402 - the tree is only importable once it is on the path
from tests.round_trip import (  # noqa: E402 - the tree is only importable once it is on the path
    EXAMPLES,
    SYNTHEA,
    Outcome,
    records,
    round_trip,
    unpacked,
)
from tests.served import JSON, Client, Reply  # noqa: E402 - the tree is only importable once it is on the path


def whole_records(software: Client, most: int) -> list[str]:
    """Send the records and bring them back; return the faults."""
    outcome = Outcome()
    refused = []
    for path in records()[:most]:
        reply = round_trip(software, unpacked(path), outcome)
        if reply.status != 200:
            refused.append(f"{path.name}: {' '.join(_reason(reply))}")
    for name, number in sorted(outcome.sent.items()):
        print(f"  {number:>6} {name}")
    print("records:", outcome.line(), f"{len(refused)} refused", flush=True)
    return refused + outcome.differences


def published(software: Client, *, why: bool) -> list[str]:
    """Send HL7's examples and bring them back; return the faults, a refusal with its reason being none."""
    outcome, reasons, belong = Outcome(), Counter[str](), 0
    named: dict[str, list[str]] = {}
    for example in as_transactions():
        if not example.transaction:
            reasons[f"not sent: {example.reason}"] += 1
            continue
        belong += 1
        reply = round_trip(software, example.transaction, outcome)
        code, place = ("", "") if reply.status == 200 else _reason(reply)
        reason = f"refused: {code}" if code else "came back equal"
        reasons[reason] += 1
        named.setdefault(reason, []).append(f"{example.type}/{example.id} {place}".strip())
    for reason, number in reasons.most_common():
        print(f"  {number:>4} {reason}")
        if reason.startswith("refused") and why:
            print(*(f"         {one}" for one in named[reason]), sep="\n")
    print("examples:", f"{belong} belong,", outcome.line(), flush=True)
    return outcome.differences


def _reason(reply: Reply) -> tuple[str, str]:
    """Return why something was refused: its code, and the place it names, without the number of the entry."""
    try:
        issue = json.loads(reply.body)["issue"][0]
        code = issue["details"]["coding"][0]["code"]
    except (ValueError, KeyError, IndexError):
        return str(reply.status), ""
    place = (issue.get("expression") or [""])[0].partition(".resource.")[2]
    return code, place


def main() -> int:
    """Run the campaign; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=48, help="how many records of Synthea")
    parser.add_argument("--examples", action="store_true", help="HL7's examples too")
    parser.add_argument("--why", action="store_true", help="each example refused, and the place at fault")
    options = parser.parse_args()
    if not SYNTHEA.exists() or (options.examples and not EXAMPLES.exists()):
        print("without ../shared/data/fhir: nothing to send")
        return 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="es-trip-", dir="/tmp") as folder, supervised(Path(folder)) as settings:
        reply = Client(settings.port).ask("POST", "/api/jeton", {"as": "essai"}, content_type=JSON)
        software = Client(settings.port, reply.json["token"])
        faults = whole_records(software, options.records)
        faults += published(software, why=options.why) if options.examples else []
    for fault in faults[:50]:
        print("  fault:", fault)
    print(f"round trip: {len(faults)} faults, {time.monotonic() - began:.0f} s")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
