from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers import rules

words = st.text(st.characters(exclude_characters="*"), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13812345678", "+8613812345678"),
        ("138 1234-5678", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("+1 415 555 2671", "+14155552671"),
        ("400-820-1234", "+864008201234"),
        ("95105", "95105"),
        ("", ""),
    ],
)
def test_a_phone_compares_however_it_is_typed(typed, kept):
    assert rules.normalise_phone(typed) == kept


def test_a_serial_compares_without_spaces_dashes_and_case():
    assert rules.normalise_serial(" xqg-2024 00ａ1 ") == "XQG202400A1"


def test_an_empty_box_has_no_forms():
    assert rules.normalised_forms("  ") == []


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王小明", "王**"), ("王", "*"), ("Emma Clark", "E*** C***"), ("", "")],
)
def test_a_name_keeps_its_initial(name, masked):
    assert rules.mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("+86 138 1234 5678", "138****5678"),
        ("0571-8765432", "057****5432"),
        ("95105", "****"),
        ("4008201234", "****34"),
        ("", ""),
    ],
)
def test_a_phone_keeps_its_ends(phone, masked):
    assert rules.mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("email", "masked"),
    [("wang@example.com", "w***@example.com"), ("w@example.com", "***@example.com"), ("x", "****")],
)
def test_an_address_of_mail_keeps_its_domain(email, masked):
    assert rules.mask_email(email) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("浙江省杭州市西湖区文三路 1 号", "浙江省杭州市****"),
        ("上海市浦东新区世纪大道 8 号", "上海市****"),
        ("新疆维吾尔自治区乌鲁木齐市某路 2 号", "新疆维吾尔自治区乌鲁木齐市****"),
        ("杭州市", "****"),
        ("12 Nanjing Road, Hangzhou, Zhejiang", "****, Hangzhou, Zhejiang"),
        ("12 Nanjing Road", "****"),
    ],
)
def test_an_address_keeps_province_and_city(address, masked):
    assert rules.mask_address(address) == masked


@pytest.mark.parametrize(
    "mask", [rules.mask_name, rules.mask_phone, rules.mask_email, rules.mask_address]
)
@given(text=words)
def test_a_mask_never_raises_and_never_shows_the_whole(mask, text):
    masked = mask(text)
    assert "*" in masked
    assert text.strip() == "" or text.strip() not in masked


@given(digits=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_mobile_number_loses_four_digits(digits):
    assert rules.mask_phone(digits) == f"{digits[:3]}****{digits[7:]}"


@given(text=st.text(max_size=80), kind=st.sampled_from(["phone", "email", "wechat"]))
def test_normalising_twice_is_normalising_once(text, kind):
    once = rules.normalise(kind, text)
    assert rules.normalise(kind, once) == once
    assert len(once) <= 254


@given(text=st.text(max_size=80))
def test_a_serial_fits_its_column(text):
    assert len(rules.normalise_serial(text)) <= 60
    assert "\x00" not in rules.normalise_serial(text)


@pytest.mark.parametrize(
    ("bought", "delivered", "installed", "wrong"),
    [
        (date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3), ""),
        (date(2026, 1, 2), date(2026, 1, 1), None, "delivered_on"),
        (date(2026, 1, 2), None, date(2026, 1, 1), "installed_on"),
        (None, date(2026, 1, 2), date(2026, 1, 1), "installed_on"),
        (None, None, None, ""),
    ],
)
def test_dates_follow_one_another(bought, delivered, installed, wrong):
    assert rules.out_of_order(bought, delivered, installed) == wrong


@pytest.mark.parametrize(
    ("personal", "what", "seen"),
    [
        ({"full"}, "notes", True),
        ({"masked", "full"}, "phone", True),
        ({"shipping"}, "address", True),
        ({"shipping"}, "phone", False),
        ({"work"}, "name", False),
        ({"masked"}, "name", False),
        (set(), "name", False),
    ],
)
def test_roles_see_what_they_need(personal, what, seen):
    assert rules.shows(personal, what) is seen
