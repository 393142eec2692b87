"""The pages of an import: choose, upload, columns, check, import, result, undo."""

import csv
from collections.abc import Iterator

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from foundation.clockwork import progress
from foundation.desk.admin import DeskAdmin, ReadOnly
from foundation.sheets import examples, imports, rows, targets
from foundation.sheets.choices import Stage
from foundation.sheets.forms import UPDATE, MappingForm, SheetForm
from foundation.sheets.models import Import

SHOWN = 25


@admin.register(Import)
class ImportAdmin(ReadOnly, DeskAdmin):
    view_verb = edit_verb = "imports.run"

    def get_urls(self):
        def door(view):
            return self.admin_site.admin_view(view)

        one = "<int:pk>"
        return [
            path("", door(require_GET(choose)), name="sheets_import_changelist"),
            path("new/<slug:target>/", door(upload), name="sheets_import_add"),
            path(
                "example/<slug:target>.<slug:ending>",
                door(require_GET(example)),
                name="sheets_import_example",
            ),
            path(f"{one}/", door(require_GET(look)), name="sheets_import_change"),
            path(f"{one}/columns/", door(columns), name="sheets_import_columns"),
            path(f"{one}/go/", door(require_POST(go)), name="sheets_import_go"),
            path(f"{one}/resume/", door(require_POST(resume)), name="sheets_import_resume"),
            path(f"{one}/undo/", door(require_POST(undo)), name="sheets_import_undo"),
            path(f"{one}/bad/", door(require_GET(bad)), name="sheets_import_bad"),
        ]


def _may(request: HttpRequest) -> list[targets.Target]:
    """What this person can import; refused where it is nothing."""
    found = [target for target in targets.all_targets() if target.may(request.user)]
    if not found:
        raise PermissionDenied
    return found


def _target(request: HttpRequest, key: str) -> targets.Target:
    found = next((target for target in _may(request) if target.key == key), None)
    if found is None:
        raise Http404
    return found


def _run(request: HttpRequest, pk: int) -> Import:
    keys = [target.key for target in _may(request)]
    found = Import.objects.visible_to(request.user).filter(target__in=keys)
    return get_object_or_404(
        found.select_related("check_job", "import_job", "undo_job", "owner"), pk=pk
    )


def _page(request: HttpRequest, template: str, context: dict) -> TemplateResponse:
    context = {
        **admin.site.each_context(request),
        "opts": Import._meta,
        "has_view_permission": True,
        **context,
    }
    answer = TemplateResponse(request, template, context)
    answer["Cache-Control"] = "no-store"
    return answer


def _to(run: Import, name: str = "change") -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"admin:sheets_import_{name}", args=[run.pk]))


def choose(request: HttpRequest) -> HttpResponse:
    """What can be imported, and what was."""
    found = _may(request)
    latest = Import.objects.visible_to(request.user).filter(target__in=[t.key for t in found])
    latest = latest.select_related("check_job", "import_job", "undo_job", "owner")[:SHOWN]
    context = {"title": _("Import"), "targets": found, "latest": list(latest)}
    return _page(request, "sheets/choose.html", context)


def example(request: HttpRequest, target: str, ending: str) -> HttpResponse:
    if ending not in examples.KINDS:
        raise Http404
    goal = _target(request, target)
    answer = HttpResponse(examples.example(goal, ending), content_type=examples.KINDS[ending])
    answer["Content-Disposition"] = f'attachment; filename="{goal.key}-example.{ending}"'
    return answer


def upload(request: HttpRequest, target: str) -> HttpResponse:
    goal = _target(request, target)
    is_sent = request.method == "POST"
    form = SheetForm(request.POST, request.FILES) if is_sent else SheetForm()
    if is_sent and form.is_valid():
        try:
            return _to(imports.bring(goal, form.cleaned_data["sheet"], by=request.user))
        except ValidationError as error:
            form.add_error("sheet", error)
    context = {"title": _("Import: %s") % goal.label, "target": goal, "form": form}
    return _page(request, "sheets/upload.html", context)


def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column is which; sending it begins the check."""
    run = _run(request, pk)
    if run.import_job or run.purged_at:
        return _to(run)
    is_sent = request.method == "POST"
    form = MappingForm(request.POST if is_sent else None, run=run)
    if is_sent and form.is_valid():
        data = form.cleaned_data
        try:
            imports.settle(
                run,
                columns=data["columns"],
                updates=data.get("existing") == UPDATE,
                by=request.user,
            )
            return _to(run)
        except ValidationError as error:
            form.tell(error)
    context = {
        "title": _("Import: %s") % run.goal.label,
        "run": run,
        "form": form,
        "required": [one for one in run.goal.columns if one.required],
        "before": imports.before(run),
    }
    return _page(request, "sheets/columns.html", context)


def look(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, and what came of it."""
    run = _run(request, pk)
    _step, job = run.step
    if job is None:
        return _to(run, "columns")
    context = {
        "title": _("Import: %s") % run.goal.label,
        "run": run,
        "job": job,
        "now": progress.progress(job, timezone.now()),
        "is_mine": job.owner_id == request.user.pk,
    }
    return _page(request, "sheets/import.html", context)


def _verb(verb):
    def door(request: HttpRequest, pk: int) -> HttpResponse:
        run = _run(request, pk)
        try:
            verb(run, by=request.user)
        except ValidationError as error:
            for words in error.messages:
                messages.error(request, words)
        return _to(run)

    return door


go, resume, undo = _verb(imports.go), _verb(imports.resume), _verb(imports.undo)


class _Echo:
    def write(self, words: str) -> str:
        return words


def bad(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The bad rows as they came, with the reason, to be corrected and imported."""
    run = _run(request, pk)
    stage = Stage.IMPORT if run.import_job else Stage.CHECK
    answer = StreamingHttpResponse(
        _lines(rows.bad_rows(run, stage)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{run.target}-{run.pk}-to-correct.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _lines(found: Iterator[list[str]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for cells in found:
        yield writer.writerow(cells)
