"""Fields that serializers of several apps share."""

from typing import Any

from rest_framework import serializers


class Named(serializers.SlugRelatedField):
    """A row by its key, code or name. A text with NUL names nothing: PostgreSQL refuses it."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and "\x00" in data:
            self.fail("does_not_exist", slug_name=self.slug_field, value=data.replace("\x00", ""))
        return super().to_internal_value(data)
