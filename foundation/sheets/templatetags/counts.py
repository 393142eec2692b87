from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def grouped(number: int | None) -> str:
    """12,345, as readers of the language write it."""
    return number_format(number or 0, force_grouping=True)
