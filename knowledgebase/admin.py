"""The desk of articles: writing, review, versions, what readers say."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from foundation.accounts.choices import Language
from foundation.desk.admin import DeskAdmin, DeskStackedInline
from foundation.desk.versions import SavedByVerb
from foundation.search.queries import candidates
from knowledgebase import actions, beginnings, forms, queries, rules
from knowledgebase.beginnings import Beginning
from knowledgebase.choices import ArticleKind, TextStatus
from knowledgebase.filters import Mine, State, Waiting
from knowledgebase.models import Article, ArticleText, ReviewPeriod, language_now

TONES = {
    TextStatus.DRAFT: "warning",
    TextStatus.IN_REVIEW: "info",
    TextStatus.PUBLISHED: "success",
    TextStatus.OUTDATED: "danger",
}
CHANGE = "admin:knowledgebase_article_change"


class ArticleTextInline(DeskStackedInline):
    view_verb = "knowledge.view"
    edit_verb = "knowledge.write"
    model = ArticleText
    form = forms.ArticleTextForm
    fields = [("language", "shown_status"), "title", "body", "text_version"]
    readonly_fields = ["shown_status"]
    max_num = len(Language)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        fields = super().get_fields(request, obj)
        return fields if self.has_change_permission(request, obj) else fields[:-1]

    def get_extra(self, request, obj=None, **kwargs):
        return len(missing_languages(obj))

    @admin.display(description=_("status"))
    def shown_status(self, text):
        return status_words(text) if text.pk else _("draft")


def status_words(text: ArticleText) -> str:
    """ "published · next version in review"."""
    words = text.get_status_display()
    if not text.next_status:
        return words
    return gettext("%(state)s, next version: %(next)s") % {
        "state": words,
        "next": text.get_next_status_display(),
    }


def missing_languages(article: Article | None) -> list[str]:
    there = {text.language for text in article.texts.all()} if article and article.pk else set()
    return [language for language in Language.values if language not in there]


def asks(title: str, description: str, form_class: type, submit: str = "") -> dict:
    return {
        "title": title,
        "description": description,
        "form_class": form_class,
        "form_submit_text": submit or title,
    }


@admin.register(Article)
class ArticleAdmin(SavedByVerb, DeskAdmin):
    view_verb = "knowledge.view"
    edit_verb = "knowledge.write"
    record = staticmethod(actions.record_article)
    change = staticmethod(actions.change_article)
    verb_fields = actions.ARTICLE_FIELDS | {"slug"}
    inlines = [ArticleTextInline]
    list_display = [
        "title", "chinese", "english", "kind", "category", "is_public", "owner", "review",
        "voices",
    ]  # fmt: skip
    list_select_related = ["category", "owner"]
    list_filter = [Waiting, State, Mine, "kind", "is_public", "category"]
    search_fields = ["slug"]
    search_help_text = _("Words of the title or the text")
    autocomplete_fields = ["products"]
    fieldsets = [
        (None, {"fields": [("kind", "is_public"), ("category", "owner"), "products", "review_on"]})
    ]
    add_fieldsets = [
        (
            None,
            {"fields": ["slug", ("kind", "is_public"), ("category", "owner"), "products"]},
        )
    ]
    change_form_outer_before_template = "knowledgebase/desk/waits.html"
    change_form_outer_after_template = "knowledgebase/desk/after.html"
    actions_detail = [
        "publish", "send_back", "submit", "renew",
        {"title": _("More"), "items": ["discard", "outdate", "unpublish"]},
    ]  # fmt: skip

    class Media:
        css = {"all": ["knowledgebase/desk.css"]}

    def get_queryset(self, request):
        light = ArticleText.objects.defer("body", "next_body")
        found = Article.objects.visible_to(request.user).with_voices()
        return found.prefetch_related(Prefetch("texts", queryset=light))

    def get_search_results(self, request, queryset, search_term):
        """By the index that the search of the desk asks, drafts included."""
        if not search_term:
            return queryset, False
        pks, _more = candidates("articles", request.user, search_term)
        return queryset.filter(pk__in=pks), False

    def get_readonly_fields(self, request, obj=None):
        return () if request.user.may("knowledge.publish") else ("review_on",)

    # --- writing ----------------------------------------------------------------------------------

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        return kwargs | {"initial": [self._begin(request, each) for each in missing_languages(obj)]}

    def _begin(self, request, language: str) -> dict:
        """An empty text, or the words that another page brought (`beginnings`)."""
        begun = self._beginning(request)
        if begun is None or begun.language != language:
            return {"language": language}
        return {"language": language, "title": begun.title, "body": begun.body}

    def get_changeform_initial_data(self, request):
        begun = self._beginning(request)
        if begun is None:
            return {}
        return {"category": begun.category, "products": begun.products, "kind": ArticleKind.GUIDE}

    def _beginning(self, request) -> Beginning | None:
        if request.method != "GET" or "from" not in request.GET:
            return None
        if not hasattr(request, "beginning"):
            source, key = request.GET["from"], request.GET.get("key", "")
            request.beginning = beginnings.find(source, key, request.user)
        return request.beginning

    def save_formset(self, request, form, formset, change):
        formset.save(commit=False)
        written = [*formset.new_objects, *(text for text, _fields in formset.changed_objects)]
        seen = {one.instance.pk: one.cleaned_data.get("text_version") for one in formset.forms}
        for text in written:
            actions.write(
                form.instance,
                language=text.language,
                title=text.title,
                body=text.body,
                version=seen.get(text.pk) if text.pk else None,
                by=request.user,
            )

    # --- the list ---------------------------------------------------------------------------------

    @display(description=_("title"))
    def title(self, article):
        text = article.text_for(language_now())
        return (text.title or text.next_title) if text else article.slug

    @display(description="中文", label=TONES)
    def chinese(self, article):
        return self._status(article, Language.ZH)

    @display(description="English", label=TONES)
    def english(self, article):
        return self._status(article, Language.EN)

    def _status(self, article, language):
        text = next((text for text in article.texts.all() if text.language == language), None)
        return (text.next_status or text.status, status_words(text)) if text else None

    @display(description=_("review"), ordering="review_on")
    def review(self, article):
        if article.review_on is None or not any(t.is_published for t in article.texts.all()):
            return None
        day = date_format(article.review_on, "SHORT_DATE_FORMAT")
        if article.review_on > timezone.localdate():
            return day
        return format_html('<strong class="kb-due">{} {}</strong>', day, gettext("due"))

    @display(description=_("helpful"))
    def voices(self, article):
        said = queries.Voices(article.helpful, article.votes)
        return voice_words(said) if said.votes else None

    # --- the page of one article --------------------------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {**(extra_context or {}), "kb": self._about(request, object_id)}
        return super().change_view(request, object_id, form_url, context)

    def _about(self, request, object_id) -> dict | None:
        article = self.get_object(request, object_id)
        if article is None:
            return None
        texts = ArticleText.objects.filter(article=article).select_related(
            "written_by", "submitted_by", "returned_by", "published_by"
        )
        said = queries.Voices(article.helpful, article.votes)
        return {
            "article": article,
            "texts": [(text, status_words(text), text.versions.count()) for text in texts],
            "is_due": bool(article.review_on and article.review_on <= timezone.localdate()),
            "is_published": any(text.is_published for text in texts),
            "said": said,
            "said_words": voice_words(said) if said.votes else "",
            "comments": queries.comments(article),
        }

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

    # --- verbs ------------------------------------------------------------------------------------

    def _may(self, request, verb: str, right: str, object_id) -> bool:
        """The right, and for a button also whether there is something to do."""
        if not request.user.may(right):
            return False
        if request.method == "POST" or not object_id:
            return True
        if not hasattr(request, "possible_verbs"):
            request.possible_verbs = queries.possible_verbs(object_id)
        return verb in request.possible_verbs

    def has_submit_permission(self, request, object_id=None):
        return self._may(request, "submit", "knowledge.write", object_id)

    def has_discard_permission(self, request, object_id=None):
        return self._may(request, "discard", "knowledge.write", object_id)

    def has_publish_permission(self, request, object_id=None):
        return self._may(request, "publish", "knowledge.publish", object_id)

    def has_send_back_permission(self, request, object_id=None):
        return self._may(request, "send_back", "knowledge.publish", object_id)

    def has_outdate_permission(self, request, object_id=None):
        return self._may(request, "outdate", "knowledge.publish", object_id)

    def has_unpublish_permission(self, request, object_id=None):
        return self._may(request, "unpublish", "knowledge.publish", object_id)

    def has_renew_permission(self, request, object_id=None):
        mine = Article.objects.filter(pk=object_id, owner=request.user)
        right = "knowledge.write" if object_id and mine.exists() else "knowledge.publish"
        return self._may(request, "renew", right, object_id)

    @action(
        description=_("Publish"),
        permissions=["publish"],
        dialog=asks(
            _("Publish a text"),
            _("Its readers see it at once: customers too, if it is public."),
            forms.PublishForm,
            _("Publish"),
        ),
    )
    def publish(self, request, form, object_id):
        return self._do(request, form, object_id, actions.publish, _("The text is published."))

    @action(
        description=_("Return"),
        permissions=["send_back"],
        dialog=asks(
            _("Return a text to its writer"),
            _("The writer reads why on the home page and in the article."),
            forms.SendBackForm,
            _("Return"),
        ),
    )
    def send_back(self, request, form, object_id):
        done = _("The text is a draft again; its writer reads why.")
        return self._do(request, form, object_id, actions.send_back, done)

    @action(
        description=_("Submit for review"),
        permissions=["submit"],
        dialog=asks(
            _("Submit for review"),
            _("Those who may publish see it among what waits for them."),
            forms.SubmitForm,
        ),
    )
    def submit(self, request, form, object_id):
        return self._do(request, form, object_id, actions.submit, _("The text is in review."))

    @action(
        description=_("Still right"),
        permissions=["renew"],
        dialog=asks(
            _("The article is still right"),
            _("Its review date is set anew."),
            forms.RenewForm,
            _("Still right"),
        ),
    )
    def renew(self, request, form, object_id):
        return self._do(request, form, object_id, actions.renew, _("The next review is set."))

    @action(
        description=_("Discard the draft"),
        permissions=["discard"],
        dialog=asks(
            _("Discard what is being written"),
            _("Readers keep what they have. The draft is gone for good."),
            forms.DiscardForm,
            _("Discard the draft"),
        ),
    )
    def discard(self, request, form, object_id):
        return self._do(request, form, object_id, actions.discard, _("The draft is discarded."))

    @action(
        description=_("Mark as outdated"),
        permissions=["outdate"],
        dialog=asks(
            _("Mark a text as outdated"),
            _("Readers no longer find it. Its versions stay, and it can be published again."),
            forms.OutdateForm,
            _("Mark as outdated"),
        ),
    )
    def outdate(self, request, form, object_id):
        return self._do(request, form, object_id, actions.outdate, _("The text is outdated."))

    @action(
        description=_("Unpublish"),
        permissions=["unpublish"],
        dialog=asks(
            _("Unpublish a text"),
            _("It becomes a draft; readers no longer find it."),
            forms.UnpublishForm,
            _("Unpublish"),
        ),
    )
    def unpublish(self, request, form, object_id):
        return self._do(request, form, object_id, actions.unpublish, _("The text is a draft."))

    def _do(self, request, form, object_id, verb, done):
        article = self.get_object(request, object_id)
        if article is None:
            raise Http404
        asked = {name: form.cleaned_data[name] for name in ("language", "because", "version")
                 if name in form.cleaned_data}  # fmt: skip
        try:
            verb(article, by=request.user, **asked)
        except ValidationError as error:
            self.message_user(request, error.messages[0], "error")
        else:
            self.message_user(request, done)
        url = reverse(CHANGE, args=[article.pk])
        # The dialog is sent by htmx, which would put a redirect's page inside itself.
        if "HX-Request" in request.headers:
            return HttpResponse(headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)


def voice_words(said: queries.Voices) -> str:
    """ "86 % of 21"; a small n says so."""
    words = gettext("%(share)s%% of %(n)s") % {"share": said.share, "n": said.votes}
    return gettext("%(words)s (few)") % {"words": words} if said.is_few else words


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


@admin.register(ReviewPeriod)
class ReviewPeriodAdmin(DeskAdmin):
    """After how many days what is looked at again; an administrator's setting."""

    list_display = ["__str__", "days"]
    fields = ["category", "days"]
    list_select_related = ["category"]
