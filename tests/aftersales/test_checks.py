import pytest

from aftersales import checks


def found(check):
    return {one.id for one in check(None)}


def test_what_is_wrong_for_a_department(settings):
    settings.DEMO, settings.SITE_URL = True, "http://localhost:8000"
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert found(checks.real_deployment) == {f"aftersales.W00{n}" for n in (1, 2, 3)}
    settings.DEMO, settings.SITE_URL = False, "https://service.example.com"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert found(checks.real_deployment) == set()


@pytest.mark.parametrize(
    ("https", "proxy", "hosts", "wrong"),
    [
        (True, True, ["service.example.com"], set()),
        (True, True, [".example.com"], set()),
        (True, False, ["service.example.com"], {"aftersales.W004"}),
        (True, True, ["localhost"], {"aftersales.W005"}),
        (False, False, ["*"], set()),
    ],
)
def test_a_proxy_and_its_name(settings, https, proxy, hosts, wrong):
    settings.SITE_URL = f"http{'s' if https else ''}://service.example.com"
    settings.HTTPS, settings.BEHIND_PROXY, settings.ALLOWED_HOSTS = https, proxy, hosts
    assert found(checks.behind_its_proxy) == wrong


def test_translations_not_compiled(settings, tmp_path):
    settings.LOCALE_PATHS = [tmp_path]
    source = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.touch()
    assert found(checks.compiled_translations) == {"aftersales.W006"}
    source.with_suffix(".mo").touch()
    assert found(checks.compiled_translations) == set()


def test_only_one_state_machine_library():
    assert found(checks.one_fsm) == set()
