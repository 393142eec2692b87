"""The state machine as a document: drawn from the rules and the shipped matrix."""

from foundation.accounts.choices import Scope
from foundation.accounts.matrix import ROLES
from tickets import rules

HEAD = """# The state machine of a ticket

Drawn from the code by `python manage.py diagram`; a test compares. `SOURCES` and `TARGETS` in
`tickets/rules.py` are the edges, `foundation/accounts/matrix.py` is the shipped matrix of roles.

```mermaid
stateDiagram-v2
    [*] --> received: receive
"""


def edges() -> list[tuple[str, str, str]]:
    """[(from, verb, to)] of every verb that moves a ticket."""
    found = []
    for verb, target in rules.TARGETS.items():
        for source in rules.SOURCES[verb]:
            if verb == "restore":
                found += [(source, verb, state) for state in rules.OPEN]
            elif source != target or verb in ("classify", "assign"):
                found.append((source, verb, target))
    return found


def document() -> str:
    """The Markdown of docs/STATE_MACHINE.md."""
    drawing = "".join(f"    {source} --> {to}: {verb}\n" for source, verb, to in edges())
    return (
        HEAD
        + drawing
        + "    confirmed --> [*]\n    cancelled --> [*]\n```\n\n## When a verb is possible\n\n"
        + _states()
        + "\n`take up`: after *reopen* the ticket is in progress and waits for *start*. Beyond the state, "
        + "*register* needs a symptom, a way to reach the customer and (for goods) a product; *classify* "
        + "needs registration; *reopen* after confirmation and *restore* end after the organisation's "
        + "days; a customer cancels only before work starts.\n\n## Who may use it\n\n"
        + "`all` = on every ticket the role sees; other words narrow it further.\n\n"
        + _roles()
    )


def _states() -> str:
    lines = [
        "| verb | " + " | ".join(rules.STATES) + " |",
        "| --- |" + " --- |" * len(rules.STATES),
    ]
    for verb, sources in rules.SOURCES.items():
        cells = ["●" if state in sources else "" for state in rules.STATES]
        lines.append(f"| {verb} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _roles() -> str:
    keys = [row[0] for row in ROLES]
    lines = [
        "| verb | " + " | ".join(keys) + " |",
        "| --- |" + " --- |" * len(keys),
        "| *sees* | " + " | ".join(str(Scope(row[3]).value) for row in ROLES) + " |",
    ]
    for verb in rules.SOURCES:
        cells = [str(row[6].get(f"tickets.{verb}", "")) for row in ROLES]
        lines.append(f"| {verb} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
