"""What everybody may read: the list with its search, one article, and a word whether it helped."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from customers.models import Product, ProductCategory
from foundation.accounts.choices import Language
from foundation.clockwork.limits import address, count
from knowledgebase import actions, queries
from knowledgebase.models import Article, ArticleText, Vote, language_now, reads_internal

LONGEST_QUERY = 100
OF_EACH, PER_PAGE = 6, 50
VOTES = {"most": 60, "per": timedelta(hours=1)}
VOICE, A_YEAR = "voice", 365 * 24 * 3600
GENERAL = "general"


def _reader(request):
    return request.user if request.user.is_authenticated else None


# --- the list -------------------------------------------------------------------------------------


@require_safe
@vary_on_headers("HX-Request")
def articles(request):
    """The public articles by category; with words, those that answer, best first."""
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    public = Article.objects.filter(is_public=True).published()
    code = _asked(request, "product")
    product = Product.objects.filter(code=code).first() if code else None
    of_product = queries.for_product(public, product) if product else public
    counts = queries.counts_by_category(of_product)
    category, has_category = _category(request)
    context = {
        "q": typed,
        "product": product,
        "products": Product.objects.filter(articles__in=public).distinct(),
        "categories": _categories(counts),
        "category": category if has_category else None,
        "chosen": _asked(request, "category") if has_category else "",
    }
    if typed:
        context["matches"] = queries.matching(
            typed,
            language_now(),
            public_only=True,
            category=category.pk if category else None,
            product=product,
        )
    elif has_category:
        context |= _page(of_product.filter(category=category), _asked(request, "before"))
    else:
        context["groups"] = _groups(of_product, counts)
    is_part = request.headers.get("HX-Request") == "true"
    template = "knowledgebase/results.html" if is_part else "knowledgebase/list.html"
    return render(request, template, context)


def _asked(request, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "")[:60]


def _category(request) -> tuple[ProductCategory | None, bool]:
    """The chosen category, and whether one was chosen; articles on everything have none."""
    key = _asked(request, "category")
    found = ProductCategory.objects.filter(key=key).first() if key else None
    return found, found is not None or key == GENERAL


def _categories(counts: dict) -> list[dict]:
    rows = [{"key": row.key, "name": row.name, "n": counts[row.pk], "pk": row.pk}
            for row in ProductCategory.objects.filter(pk__in=[pk for pk in counts if pk])]  # fmt: skip
    if None in counts:
        rows.append({"key": GENERAL, "name": None, "n": counts[None], "pk": None})
    return rows


def _groups(found, counts: dict) -> list[dict]:
    """The first of each category, in the order of the categories."""
    shown = Article.objects.filter(pk__in=queries.first_of_each(found, OF_EACH))
    by_category: dict = {}
    for text in queries.shown_texts(shown, language_now()):
        by_category.setdefault(text.article.category, []).append(text)
    order = sorted(by_category, key=lambda row: (row is None, row and row.order, row and row.pk))
    return [
        {
            "name": row.name if row else None,
            "key": row.key if row else GENERAL,
            "texts": by_category[row],
            "n": counts.get(row.pk if row else None, 0),
            "has_more": counts.get(row.pk if row else None, 0) > len(by_category[row]),
        }
        for row in order
    ]


def _page(found, before: str) -> dict:
    """One page of a category, newest first."""
    rows = found.order_by("-pk")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    pks = list(rows.values_list("pk", flat=True)[: PER_PAGE + 1])
    texts = queries.shown_texts(Article.objects.filter(pk__in=pks[:PER_PAGE]), language_now())
    return {"texts": texts, "next_page": pks[PER_PAGE - 1] if len(pks) > PER_PAGE else None}


# --- one article ----------------------------------------------------------------------------------


@require_safe
def article(request, slug: str):
    """One article in the reader's language, else in the other with a word about it.

    People of ours may look at what is being written (`?draft=en`).
    """
    reader = _reader(request)
    found = Article.objects.visible_to(reader).filter(slug=slug)
    text = _draft(request, found) if "draft" in request.GET and reads_internal(reader) else None
    is_draft = text is not None
    text = text or next(iter(queries.shown_texts(found, language_now())), None)
    if text is None:
        raise Http404
    title, body = text.working if is_draft else (text.title, text.body)
    context = {
        "text": text,
        "title": title,
        "body": body,
        "article": text.article,
        "products": text.article.products.all(),
        "is_other_language": not is_draft and text.language != language_now(),
        "is_draft": is_draft,
        "voice": None if is_draft else _voice(request, text),
    }
    return render(request, "knowledgebase/article.html", context)


def _draft(request, found) -> ArticleText | None:
    language = request.GET["draft"]
    if language not in Language.values:
        return None
    texts = ArticleText.objects.filter(article__in=found, language=language)
    return texts.select_related("article__category").first()


# --- did it help ----------------------------------------------------------------------------------


@require_POST
def vote(request, slug: str):
    """One tap; a word why may follow. The last word of a visitor counts."""
    count("knowledge.vote", address(request), **VOTES)
    reader = _reader(request)
    found = Article.objects.visible_to(reader).filter(slug=slug)
    texts = {text.language: text for text in ArticleText.objects.published().filter(
        article__in=found).select_related("article")}  # fmt: skip
    text = texts.get(request.POST.get("language"))
    if text is None or request.POST.get("helpful") not in ("yes", "no"):
        raise Http404
    voter = _voter(request) or _new_voter(request)
    try:
        actions.vote(
            text,
            is_helpful=request.POST["helpful"] == "yes",
            why=request.POST.get("why", ""),
            voter=voter,
            by=reader,
        )
    except (ValidationError, PermissionDenied) as error:
        raise Http404 from error
    answer = HttpResponseRedirect(f"{text.article.get_absolute_url()}#helpful")
    if reader is None:
        _remember(answer, voter)
    return answer


def _voter(request) -> str | None:
    """Whose voice it is: of a person of ours, or of the browser that voted before."""
    if request.user.is_authenticated:
        return _hash(f"user {request.user.pk}")
    return request.get_signed_cookie(VOICE, default=None, salt="knowledge.voice")


def _new_voter(request) -> str:
    """A first voice of this browser. Two quick taps are one, and a key without the day is nobody's."""
    agent = request.headers.get("User-Agent", "")[:200]
    return _hash(f"{address(request)} {agent} {timezone.localdate()}")


def _hash(words: str) -> str:
    return salted_hmac("knowledge.voice", words, algorithm="sha256").hexdigest()


def _remember(answer, voter: str) -> None:
    answer.set_signed_cookie(
        VOICE,
        voter,
        salt="knowledge.voice",
        max_age=A_YEAR,
        path="/help/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _voice(request, text: ArticleText) -> Vote | None:
    """What this visitor said of the version shown now; asked only of who voted before."""
    voter = _voter(request)
    if voter is None:
        return None
    rows = Vote.objects.filter(version__text=text, version__number=text.shown_number)
    return rows.filter(voter=voter).first()
