"""How numbers, addresses and serials compare, however people type them."""

import re
import unicodedata

import phonenumbers


def normalise_phone(text: str, region: str = "CN") -> str:
    """E.164 where the number is a possible one, else its digits (hotlines such as 400…)."""
    text = unicodedata.normalize("NFKC", text)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", text)
    if phonenumbers.is_valid_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return re.sub(r"\D", "", text)


def normalise_email(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def normalise(kind: str, value: str) -> str:
    """The form of a contact point that is compared: `kind` is phone, email or wechat."""
    if kind == "phone":
        return normalise_phone(value)
    return normalise_email(value)


def normalised_forms(text: str) -> list[str]:
    """Every form under which a number or address typed into one box may be kept."""
    forms = [normalise_email(text)]
    if phone := normalise_phone(text):
        forms.append(phone)
    return forms


def normalise_serial(text: str) -> str:
    """Upper case, no spaces or dashes: labels and people differ in both."""
    return re.sub(r"[\s\-–—_]", "", unicodedata.normalize("NFKC", text or "")).upper()
