"""The browser reaches the server, and an error page fits and changes its language."""


def test_an_error_page_fits_a_phone(phone, screenshot):
    assert phone.goto("/nowhere").status == 404
    screenshot(phone, "404-phone")
    assert phone.get_by_role("heading").inner_text() == "There is nothing at this address"
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_language_is_changed_where_one_is(page, screenshot):
    page.goto("/nowhere")
    page.get_by_role("button", name="简体中文").click()
    page.wait_for_url("**/nowhere")
    screenshot(page, "404-desk-zh")
    assert page.evaluate("document.documentElement.lang") == "zh-hans"
