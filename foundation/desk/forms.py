"""Forms of the desk's own pages: plain widgets, our one template."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting


class CardRadio(forms.RadioSelect):
    """Choices as cards that one click or the arrow keys choose; groups keep their headings."""

    template_name = "desk/widgets/cards.html"


class DeskForm(forms.Form):
    template_name = "desk/form.html"
    default_renderer = TemplatesSetting
    error_css_class = "has-error"
    required_css_class = "is-required"
    use_required_attribute = False


def tell(form: forms.Form, error: ValidationError) -> None:
    """Put what a verb refused onto the form, beside its field where it has one."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
