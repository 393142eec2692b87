"""The column that holds a document's tokens: `tsvector` on PostgreSQL, words on SQLite."""

from django.db import models

from foundation.search import rules


class TokensField(models.Field):
    """A list of tokens (see `rules.document`). Written whole, asked with `matching`, never shown."""

    def db_type(self, connection):
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, value, compiler, connection):
        return "%s::tsvector" if connection.vendor == "postgresql" else "%s"

    def get_db_prep_value(self, value, connection, prepared=False):
        if value is None or isinstance(value, str):
            return value
        if connection.vendor == "postgresql":
            return " ".join(f"'{token}'" for token in value)
        return " ".join(value)

    def from_db_value(self, value, expression, connection):
        if value is None:
            return None
        return [word.strip("'") for word in value.split()]


@TokensField.register_lookup
class Matches(models.Lookup):
    """`tokens__matches=(Query, personal, every)`."""

    lookup_name = "matches"
    prepare_rhs = False

    def get_db_prep_lookup(self, value, connection):
        return "%s", [value]

    def as_postgresql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        asked, personal, every = self.rhs
        words = rules.tsquery(asked, personal=personal, every=every)
        return f"{column} @@ %s::tsquery", [*params, words]

    def as_sqlite(self, compiler, connection):
        field = self.lhs.target
        alias, model = self.lhs.alias, field.model
        quote = connection.ops.quote_name
        asked, personal, every = self.rhs
        words = rules.fts5(asked, personal=personal, every=every)
        table, key = fts_table(model._meta.db_table), quote(model._meta.pk.column)
        return (
            f"{quote(alias)}.{key} IN (SELECT rowid FROM {table} WHERE {table} MATCH %s)",
            [words],
        )


@TokensField.register_lookup
class Answers(Matches):
    """The same asked of each row at hand, where the index of words would be the longer way."""

    lookup_name = "answers"

    def as_postgresql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        asked, personal, every = self.rhs
        words = rules.tsquery(asked, personal=personal, every=every)
        return f"ts_match_vq({column}, %s::tsquery)", [*params, words]


def fts_table(table: str) -> str:
    return f"{table}_fts"
