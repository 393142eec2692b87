"""The migration operation that makes a document table searchable on either database."""

from django.db.migrations.operations.base import Operation, OperationCategory

from foundation.search.fields import fts_table

# Documents stay in their rows: reading the newest ones looks into each. What is not yet sorted into
# the index is read at every search, so it is kept short.
POSTGRESQL = """
CREATE INDEX {table}_words ON {table} USING gin (tokens)
  WITH (fastupdate = on, gin_pending_list_limit = 1024);
ALTER TABLE {table} SET (toast_tuple_target = 8160);
ALTER TABLE {table} ALTER COLUMN tokens SET STATISTICS 1000
"""
SQLITE = """
CREATE VIRTUAL TABLE {fts} USING fts5(
  tokens, content='{table}', content_rowid='{key}', detail=none,
  tokenize="ascii tokenchars '~'"
)

CREATE TRIGGER {fts}_added AFTER INSERT ON {table} BEGIN
  INSERT INTO {fts}(rowid, tokens) VALUES (new.{key}, new.tokens);
END

CREATE TRIGGER {fts}_gone AFTER DELETE ON {table} BEGIN
  INSERT INTO {fts}({fts}, rowid, tokens) VALUES ('delete', old.{key}, old.tokens);
END

CREATE TRIGGER {fts}_changed AFTER UPDATE ON {table} BEGIN
  INSERT INTO {fts}({fts}, rowid, tokens) VALUES ('delete', old.{key}, old.tokens);
  INSERT INTO {fts}(rowid, tokens) VALUES (new.{key}, new.tokens);
END
"""


class AddSearchIndex(Operation):
    """Index the tokens of a `Document` model: GIN on PostgreSQL, FTS5 with triggers on SQLite."""

    reduces_to_sql = True
    category = OperationCategory.ADDITION

    def __init__(self, model_name: str):
        self.model_name = model_name

    def deconstruct(self):
        return self.__class__.__qualname__, [self.model_name], {}

    def state_forwards(self, app_label, state):
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        meta = to_state.apps.get_model(app_label, self.model_name)._meta
        names = {"table": meta.db_table, "key": meta.pk.column, "fts": fts_table(meta.db_table)}
        if schema_editor.connection.vendor == "postgresql":
            for statement in POSTGRESQL.format(**names).split(";"):
                schema_editor.execute(statement)
        else:
            for statement in SQLITE.format(**names).strip().split("\n\n"):
                schema_editor.execute(statement)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        meta = from_state.apps.get_model(app_label, self.model_name)._meta
        table, fts = meta.db_table, fts_table(meta.db_table)
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX IF EXISTS {table}_words")
            return
        for name in ("added", "gone", "changed"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {fts}_{name}")
        schema_editor.execute(f"DROP TABLE IF EXISTS {fts}")

    def describe(self):
        return f"Make {self.model_name} searchable"
