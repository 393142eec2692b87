"""The verbs on articles and their texts.

Writing, submitting and bringing back need `knowledge.write`; what changes what readers see needs
`knowledge.publish`. Every verb raises PermissionDenied without its right, and ValidationError for
what a person can mend.
"""

from knowledgebase.actions.articles import ARTICLE_FIELDS, change_article, record_article, renew
from knowledgebase.actions.index import index_texts
from knowledgebase.actions.texts import (
    bring_back,
    discard,
    outdate,
    publish,
    send_back,
    submit,
    unpublish,
    write,
)
from knowledgebase.actions.votes import vote

__all__ = [
    "ARTICLE_FIELDS",
    "bring_back",
    "change_article",
    "discard",
    "index_texts",
    "outdate",
    "publish",
    "record_article",
    "renew",
    "send_back",
    "submit",
    "unpublish",
    "vote",
    "write",
]
