"""Writes are verbs: who may write, and how a verb is called."""

import ast
import inspect
import textwrap
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
APPS = (
    "foundation",
    "customers",
    "knowledgebase",
    "tickets",
    "dispatch",
    "care",
    "surveys",
    "reports",
)
WRITES = {
    "save", "create", "update", "delete", "get_or_create", "update_or_create", "bulk_create",
    "bulk_update", "aupdate", "asave", "add", "set", "remove", "clear",
}  # fmt: skip
ROWS = WRITES - {"add", "set", "remove", "clear"}

# What the chain owns; the settings that an administrator edits as rows are not among them.
DOORS = ("admin", "portal", "mobile", "api")


def modules(stem: str) -> list[Path]:
    """The file of this name in each app, or the files of the package that it became."""
    found = []
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if path.stem == stem or path.parent.name == stem:
                found.append(path)
    return found


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def writes(node: ast.AST) -> list[ast.Call]:
    return [
        part
        for part in ast.walk(node)
        if isinstance(part, ast.Call)
        and isinstance(part.func, ast.Attribute)
        and part.func.attr in ROWS
    ]


# Doors

ALLOWED = {
    # The one row of settings, made when it is first looked for.
    ("foundation/accounts/admin.py", "changelist_view"),
}


def outer_functions(tree: ast.Module):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def is_on_a_plain_dict(call: ast.Call) -> bool:
    """`context.update(…)`, `data.update(…)`: a dictionary, not rows."""
    target = call.func.value
    plain = {"context", "data", "initial", "facts", "digest", "content", "extra_context", "headers"}
    return isinstance(target, ast.Name) and target.id in plain


def saves_nothing(call: ast.Call) -> bool:
    """`formset.save(commit=False)` only collects what was typed."""
    return any(k.arg == "commit" and k.value.value is False for k in call.keywords)


@pytest.mark.parametrize("path", [p for d in DOORS for p in modules(d)], ids=name)
def test_doors_call_verbs_and_write_nothing(path):
    tree = ast.parse(path.read_text())
    bad = [
        f"{name(path)}:{call.lineno} {function.name}: .{call.func.attr}("
        for function in outer_functions(tree)
        for call in writes(function)
        if (name(path), function.name) not in ALLOWED
        and not is_on_a_plain_dict(call)
        and not saves_nothing(call)
    ]
    assert bad == []


@pytest.mark.parametrize("path", modules("queries"), ids=name)
def test_reads_write_nothing(path):
    bad = [call for call in writes(ast.parse(path.read_text())) if not is_on_a_plain_dict(call)]
    assert [f"{name(path)}:{call.lineno}" for call in bad] == []


def test_the_admin_of_the_chain_is_saved_by_verbs_or_read_only():
    """Rows that verbs write have no ordinary change form."""
    from django.contrib import admin
    from django.test import RequestFactory

    from foundation.accounts.models import User
    from foundation.desk.admin import ReadOnly
    from foundation.desk.versions import SavedByVerb

    chain = {
        "tickets.Ticket", "tickets.TicketEvent", "tickets.TicketCycle", "tickets.TicketMessage",
        "tickets.Deadline", "tickets.Attachment", "tickets.Hold", "tickets.ServicePlan",
        "tickets.AccessLink", "messaging.OutgoingMessage", "messaging.IncomingMessage",
        "care.Callback", "surveys.Invitation", "surveys.Answer", "customers.Customer",
        "customers.Order", "customers.Unit", "knowledgebase.Article", "django_q.Schedule",
        "django_q.OrmQ",
    }  # fmt: skip
    request = RequestFactory().get("/")
    request.user = User(username="boss", is_superuser=True)
    bad = []
    for model, door in admin.site._registry.items():
        if model._meta.concrete_model._meta.label not in chain:
            continue
        closed = isinstance(door, ReadOnly) or not door.has_change_permission(request)
        if not closed and not isinstance(door, SavedByVerb):
            bad.append(model._meta.label)
    assert bad == []


# Verbs


def public_functions():
    for path in modules("actions"):
        module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for key, function in vars(module).items():
            original = inspect.unwrap(function) if callable(function) else None
            if (
                inspect.isfunction(original)
                and original.__module__ == module.__name__
                and not key.startswith("_")
                and not getattr(original, "__name__", "_").startswith("_")
            ):
                yield f"{name(path)}:{key}", original


# Parts of a verb: called inside one, which knows the actor and holds the row.
PARTS = {
    "foundation/search/actions.py:put",
    "foundation/messaging/actions/outbox.py:drop",
    "foundation/messaging/actions/outbox.py:came_back",
    "foundation/messaging/actions/endpoints.py:announce",
    "foundation/messaging/actions/endpoints.py:check_address",
    "surveys/actions.py:renew_addresses",
    "knowledgebase/actions/index.py:show_in_search",
    "knowledgebase/actions/index.py:hide_from_search",
    "knowledgebase/actions/index.py:index_texts",
    "tickets/actions/conversation.py:end_holds",
    "tickets/actions/links.py:revoke_all",
    "foundation/files/actions.py:all_or_none",
    "foundation/files/actions.py:check",
}


def verbs():
    return [pytest.param(run, id=key) for key, run in public_functions() if key not in PARTS]


@pytest.mark.parametrize("function", verbs())
def test_a_verb_names_its_actor_and_its_moment(function):
    """`by=` the actor and `at=` the moment by keyword; a sweep has the moment only."""
    parameters = inspect.signature(function).parameters
    if "by" in parameters:
        assert parameters["by"].kind is inspect.Parameter.KEYWORD_ONLY
    elif _writes(function):
        assert "at" in parameters, "neither `by` nor `at`"
        assert inspect.getdoc(function), "a sweep says so"
    if "at" in parameters and "by" in parameters:
        assert parameters["at"].kind is inspect.Parameter.KEYWORD_ONLY


def _writes(function) -> bool:
    return bool(writes(ast.parse(textwrap.dedent(inspect.getsource(function)))))


@pytest.mark.parametrize("function", verbs())
def test_a_verb_says_what_it_takes_and_gives(function):
    assert inspect.getdoc(function)
    hints = function.__annotations__
    assert "return" in hints
