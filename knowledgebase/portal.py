from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from knowledgebase import queries
from knowledgebase.models import Article, language_now

LONGEST_QUERY = 100


def _reader(request):
    return request.user if request.user.is_authenticated else None


@require_safe
def articles(request):
    """The public list, by product category; with words, only what holds them."""
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    found = Article.objects.filter(is_public=True).published()
    if typed:
        found = queries.matching(found, typed)
    texts = queries.shown_texts(found, language_now())
    texts.sort(key=lambda text: _place(text.article))
    return render(request, "knowledgebase/list.html", {"texts": texts, "q": typed})


def _place(article) -> tuple[bool, int, int]:
    category = article.category
    return (category is None, category.order if category else 0, article.category_id or 0)


@require_safe
def article(request, slug: str):
    """One article in the reader's language, else in the other with a word about it."""
    found = Article.objects.visible_to(_reader(request)).filter(slug=slug)
    text = next(iter(queries.shown_texts(found, language_now())), None)
    if text is None:
        raise Http404
    context = {
        "text": text,
        "article": text.article,
        "products": text.article.products.all(),
        "is_other_language": text.language != language_now(),
    }
    return render(request, "knowledgebase/article.html", context)
