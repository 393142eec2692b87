import re

from django import forms

from foundation.desk.forms import CardRadio, DeskForm


class Call(DeskForm):
    note = forms.CharField(label="Note", help_text="What was said")
    again = forms.BooleanField(label="Call again", required=False)
    result = forms.ChoiceField(
        label="Result",
        choices=[("yes", "Reached"), ("Not", [("busy", "Busy"), ("<b>", "<b>Bold</b>")])],
        widget=CardRadio,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self):
        if self.cleaned_data.get("note") == "clash":
            self.add_error(None, "Somebody was quicker. <Reload>")


def html(**data):
    form = Call(data) if data else Call()
    return " ".join(str(form).split())


def test_a_fresh_form_shows_no_error():
    text = html()
    assert "error" not in text
    for words in ("Note", "What was said", "Call again", "Reached", "Busy"):
        assert words in text
    assert 'type="hidden" name="version"' in text


def test_an_error_stands_at_its_field_and_what_was_typed_is_kept():
    text = html(note="rang twice", result="never")
    assert 'value="rang twice"' in text
    note, _, result = text.partition("field-result")
    assert 'role="alert"' in result and 'role="alert"' not in note


def test_an_error_of_the_whole_form_stands_above_it_escaped():
    text = html(note="clash", result="yes")
    assert text.startswith('<div class="form-errors" role="alert">')
    assert "Somebody was quicker. &lt;Reload&gt;" in text


def classes(text: str, name: str) -> set[str]:
    (found,) = re.findall(rf'<div class="([^"]*field-{name})"', text)
    return set(found.split()) - {"field", f"field-{name}"}


def test_required_and_wrong_fields_are_marked():
    wrong = html(note="", again="on")
    assert classes(wrong, "note") == {"has-error", "is-required"}
    assert classes(wrong, "again") == set()
    assert classes(html(note="x"), "note") == {"is-required"}


def test_cards_keep_groups_and_the_choice():
    text = html(note="x", result="busy")
    assert "<legend>Not</legend>" in text
    assert 'value="busy" checked' in text and 'value="yes" checked' not in text
    assert "<b>" not in text and "&lt;b&gt;" in text


def test_labels_help_and_errors_are_tied_to_their_fields():
    for text in (html(), html(note="", result="never")):
        ids = set(re.findall(r' id="([^"]+)"', text))
        told = re.findall(r' (?:for|aria-describedby|aria-labelledby)="([^"]+)"', text)
        assert told and {name for names in told for name in names.split()} <= ids
