from knowledgebase.admin import articles, bulk, periods  # noqa: F401
