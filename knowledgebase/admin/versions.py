"""The versions of a text with their differences, and bringing one back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext

from knowledgebase import actions, queries, rules
from knowledgebase.admin.verbs import CHANGE
from knowledgebase.models import ArticleText, language_now


class Versions:
    """What the admin of articles has for the versions of their texts."""

    def get_urls(self):
        versions = self.admin_site.admin_view(self.versions_view)
        own = [path("<int:object_id>/versions/", versions, name="knowledgebase_article_versions")]
        return own + super().get_urls()

    def versions_view(self, request, object_id):
        """The versions of a text with their differences; a POST brings one back as a draft."""
        article = self.get_object(request, object_id)
        if article is None or not self.has_view_permission(request, article):
            raise PermissionDenied
        language = request.GET.get("language") or language_now()
        text = article.texts.filter(language=language).first() or article.texts.first()
        if text is None:
            raise Http404
        if request.method == "POST":
            return self._bring_back(request, article, text)
        versions = list(text.versions.select_related("published_by", "written_by"))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Versions"),
            "opts": self.opts,
            "article": article,
            "text": text,
            "texts": article.texts.all(),
            "versions": versions,
            "may_write": request.user.may("knowledge.write"),
            **_compared(request, text),
        }
        return TemplateResponse(request, "knowledgebase/desk/versions.html", context)

    def _bring_back(self, request, article, text):
        number = request.POST.get("number", "")
        if not number.isdecimal() or len(number) > 6:
            raise Http404
        try:
            actions.bring_back(article, language=text.language, number=int(number), by=request.user)
        except ValidationError as error:
            self.message_user(request, error.messages[0], "error")
            return HttpResponseRedirect(request.get_full_path())
        words = gettext("Version %(number)s is the draft now. Readers see it once it is published.")
        self.message_user(request, words % {"number": number})
        return HttpResponseRedirect(reverse(CHANGE, args=[article.pk]))


def _compared(request, text: ArticleText) -> dict:
    """Two editions and what changed: the newest and the one before, unless others were chosen."""
    editions = queries.editions(text)
    by_name = {row.name: row for row in editions}
    new = by_name.get(request.GET.get("new", "")) or (editions[0] if editions else None)
    before = editions[editions.index(new) + 1 :] if new else []
    old = by_name.get(request.GET.get("old", "")) or (before[0] if before else None)
    return {
        "editions": editions,
        "new": new,
        "old": old,
        "title_lines": rules.differences(old.title, new.title) if old and new else [],
        "lines": rules.differences(old.body, new.body) if old and new else [],
        "is_same": bool(old and new and (old.title, old.body) == (new.title, new.body)),
    }
