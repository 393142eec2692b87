"""How numbers, addresses and serials compare, and what is left of them when masked."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

import phonenumbers

STARS = "****"
EMAIL_IN_TEXT = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
PHONE_IN_TEXT = re.compile(
    r"(?<!\d)(?:\+?86[ -]?)?(?:1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}-?\d{7,8})(?!\d)"
)
# Province, then city: what a masked Chinese address keeps.
PLACE = re.compile(r"^(.{1,12}?(?:省|自治区))?(.{1,12}?(?:市|自治州|地区|盟))?")


def clean(text: str | None) -> str:
    """What was typed without spaces around it and without NUL, which PostgreSQL refuses."""
    return (text or "").replace("\x00", "").strip()


def normalise_phone(text: str, region: str = "CN") -> str:
    """E.164 where the number is a valid one, else its digits (short codes such as 95105)."""
    text = unicodedata.normalize("NFKC", text)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", text)
    if phonenumbers.is_valid_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return re.sub(r"\D", "", text)


def is_phone(text: str) -> bool:
    """Whether it can be dialled at all: 3 (short codes) to 25 digits (with an extension)."""
    return 3 <= len(re.sub(r"\D", "", unicodedata.normalize("NFKC", text))) <= 25


def normalise_email(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def normalise(kind: str, value: str) -> str:
    """The form of a contact point that is compared: `kind` is phone, email or wechat."""
    form = normalise_phone(value) if kind == "phone" else normalise_email(value)
    return form[:254]


def normalised_forms(text: str) -> list[str]:
    """Every form under which a number or address typed into one box may be kept."""
    return [form for form in (normalise_email(text), normalise_phone(text)) if form]


def normalise_serial(text: str) -> str:
    """Upper case, no spaces or dashes: labels and people differ in both. At most 60 long."""
    text = unicodedata.normalize("NFKC", text or "").replace("\x00", "")
    return re.sub(r"[\s\-–—_]", "", text).upper()[:60]


def normalise_order(text: str) -> str:
    """Order numbers are compared as serial numbers are."""
    return normalise_serial(text)


def is_tail(text: str) -> bool:
    """Whether people type this for "the number that ends in …"."""
    return bool(re.fullmatch(r"[0-9]{4}", text))


def out_of_order(bought: date | None, delivered: date | None, installed: date | None) -> str:
    """The field whose date lies before the one it follows, or ""."""
    if bought and delivered and delivered < bought:
        return "delivered_on"
    earliest = delivered or bought
    return "installed_on" if installed and earliest and installed < earliest else ""


def shows(personal: set[str], what: str) -> bool:
    """Whether roles with these kinds of personal data see `what` of any customer.

    `personal` are values of Personal; `what` is name, address, phone, email or notes. "work"
    depends on a ticket and therefore is not enough here.
    """
    return "full" in personal or ("shipping" in personal and what in ("name", "address"))


def mask_name(name: str) -> str:
    """王小明 → 王**, Emma Clark → E*** C***: initials only."""
    return " ".join(_initial(word) for word in name.split()) or ("*" if name else "")


def _initial(word: str) -> str:
    return word[0] + "*" * min(len(word) - 1, 3) if len(word) > 1 else "*"


def mask_phone(phone: str) -> str:
    """13812345678 → 138****5678; short numbers keep two digits, the shortest none."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
    if len(digits) > 11 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) >= 11:
        return f"{digits[:3]}{STARS}{digits[-4:]}"
    return STARS + digits[-2:] if len(digits) >= 6 else (STARS if phone else "")


def mask_email(email: str) -> str:
    """wang@example.com → w***@example.com."""
    local, at, domain = email.strip().rpartition("@")
    if not (local and at and domain):
        return STARS if email else ""
    return (local[0] if len(local) > 1 else "") + f"***@{domain}"


def mask_address(address: str) -> str:
    """浙江省杭州市文三路1号 → 浙江省杭州市****: province and city stay.

    In Latin script the last two of at least three parts between commas are taken for them.
    """
    text = address.strip()
    kept = PLACE.match(text).group(0)
    if kept and kept != text:
        return kept + STARS
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) >= 3:
        return ", ".join([STARS, *parts[-2:]])
    return STARS if address else ""


def mask_text(words: str) -> str:
    """What people typed, with addresses and numbers masked for those who may not read them."""
    words = EMAIL_IN_TEXT.sub(lambda found: mask_email(found[0]), words)
    return PHONE_IN_TEXT.sub(lambda found: mask_phone(found[0]), words)


def mask(kind: str, value: str) -> str:
    """A masked contact point: `kind` is phone, email or wechat."""
    masks = {"phone": mask_phone, "email": mask_email}
    return masks.get(kind, mask_name)(value)


def unsaid(words: str, names: Iterable[str]) -> str:
    """What people typed without addresses, numbers and these names: what a reader for whom they
    are masked may find it by. Unlike `mask_text` no part of them stays."""
    words = PHONE_IN_TEXT.sub(" ", EMAIL_IN_TEXT.sub(" ", unicodedata.normalize("NFKC", words)))
    for name in names:
        name = unicodedata.normalize("NFKC", name).strip()
        if len(name) > 1:
            words = re.sub(re.escape(name), " ", words, flags=re.IGNORECASE)
    return words
