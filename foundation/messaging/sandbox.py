"""Templates that people write in the admin: a small engine that reaches nothing else.

No loaders, no `{% load %}`, no loops, no settings; a handful of tags and filters over plain values.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.template import Context, Engine, Library, NodeList, TemplateSyntaxError
from django.template import defaultfilters as filters
from django.template.base import FilterExpression, Template, VariableNode
from django.template.defaulttags import FirstOfNode, IfNode, comment, do_if, firstof
from django.utils.functional import Promise

register = Library()
register.tag("if", do_if)
register.tag("comment", comment)
register.tag("firstof", firstof)
for allowed in ("default", "default_if_none", "upper", "lower", "capfirst", "truncatechars"):
    register.filter(allowed, getattr(filters, allowed))

__all__ = ["TemplateSyntaxError", "plain", "render", "variables_in"]


class Sandbox(Engine):
    default_builtins = ["foundation.messaging.sandbox"]


ENGINE = Sandbox(dirs=[], app_dirs=False, loaders=[], autoescape=False)


def render(source: str, context: Mapping[str, Any]) -> str:
    """The text of a template over plain values; TemplateSyntaxError when it is wrong."""
    template = _compiled(source)
    # The engine marks its output as safe HTML; this is plain text, so the mark goes.
    return template.render(Context(plain(context), autoescape=False)) + ""


@lru_cache(maxsize=128)
def _compiled(source: str) -> Template:
    return ENGINE.from_string(source)


def plain(value: Any) -> Any:
    """A copy that holds only dicts, strings and booleans; TypeError for anything with behaviour."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, bool):
        return value
    if value is None:
        return ""
    # SafeString and its like would carry methods and promises of their own: copy the characters.
    if isinstance(value, str | Promise):
        return "".join(str(value))
    if isinstance(value, int | Decimal):
        return str(value)
    raise TypeError(f"a template takes plain values, not {type(value).__name__}")


def variables_in(source: str) -> list[str]:
    """The dotted names a template asks for; TemplateSyntaxError when it is wrong."""
    template: Template = ENGINE.from_string(source)
    return sorted({name for found in _expressions(template.nodelist) for name in _names(found)})


def _expressions(nodes: NodeList) -> Iterator[FilterExpression]:
    for node in nodes:
        if isinstance(node, VariableNode):
            yield node.filter_expression
        elif isinstance(node, FirstOfNode):
            yield from node.vars
        elif isinstance(node, IfNode):
            for condition, inner in node.conditions_nodelists:
                yield from _condition(condition)
                yield from _expressions(inner)


def _condition(condition: Any) -> Iterator[FilterExpression]:
    """An `{% if %}` is a tree of operators over values."""
    if condition is None:
        return
    if isinstance(getattr(condition, "value", None), FilterExpression):
        yield condition.value
    yield from _condition(getattr(condition, "first", None))
    yield from _condition(getattr(condition, "second", None))


def _names(expression: FilterExpression) -> Iterator[str]:
    variables = [expression.var]
    variables += [
        value for _, args in expression.filters for is_variable, value in args if is_variable
    ]
    for variable in variables:
        if getattr(variable, "lookups", None):
            yield ".".join(variable.lookups)
