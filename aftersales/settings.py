"""One settings file, driven by the environment (or a `.env` file beside manage.py).

Every variable is listed with its default in docs/OPERATIONS.md.
"""

import sys
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

TESTING = "pytest" in sys.modules
DATA_DIR = Path(env.str("AFTERSALES_DATA", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """The key from the environment, else one generated once beside the data."""
    if key := env.str("SECRET_KEY", default=""):
        return key
    path = DATA_DIR / "secret.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text().strip()


SECRET_KEY = _secret_key()
# Former keys: links and sessions they signed stay good.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
_HERE = f"http://localhost:{env.int('PORT', default=8000)}"
SITE_URL = env.str("SITE_URL", default=_HERE).rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "aftersales.errors.csrf_failure"
HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
# Set only behind a proxy that overwrites these headers, else anyone can forge them.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "SAMEORIGIN"

INSTALLED_APPS = [
    "aftersales",  # first, so that its templates win over the theme's
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "aftersales.apps.DeskConfig",
    "reports",
    "surveys",
    "care",
    "dispatch",
    "tickets",
    "knowledgebase",
    "customers",
    "foundation.desk",
    "foundation.lists",
    "foundation.notices",
    "foundation.messaging",
    "foundation.sheets",
    "foundation.search",
    "foundation.files",
    "foundation.calendars",
    "foundation.clockwork",
    "foundation.accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_filters",
    "django_q",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "aftersales.middleware.RequestId",
    "aftersales.logs.AccessLog",
    "aftersales.health.Health",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "aftersales.middleware.AdminPolicy",
    "aftersales.errors.SizeLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "aftersales.middleware.LocalTime",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "aftersales.middleware.Limits",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "aftersales.urls"
WSGI_APPLICATION = "aftersales.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "foundation.accounts.context.organisation",
            ],
        },
    },
]

DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}"),
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Without IMMEDIATE two writers meet in "database is locked" instead of waiting.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "aftersales.errors.locked"
AXES_USERNAME_CALLABLE = "aftersales.errors.tried_name"
AXES_CLIENT_IP_CALLABLE = "foundation.clockwork.limits.address"
AXES_ENABLED = not TESTING
AXES_VERBOSE = False

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="zh-hans")
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = "aftersales.formats"

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
# Uploads are private: no MEDIA_URL, every read goes through a door that asks visible_to.
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or TESTING

UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=20 * 1024 * 1024)
UPLOAD_MAX_FILES = 10
# A sheet to import; kept until a month after.
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=100 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="dummymail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
# Mail leaves from here; replies come back to the same box with a signed "+key".
MAIL_ADDRESS = env.str("MAIL_ADDRESS", default="service@aftersales.example")
# Nobody gets more than one mail of notices in so many minutes.
NOTICE_MAIL_MINUTES = env.int("NOTICE_MAIL_MINUTES", default=15)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_ADDRESS

# Private networks that webhooks may reach all the same, such as 10.1.0.0/16.
WEBHOOK_NETWORKS = env.list("WEBHOOK_NETWORKS", default=[])

# Processes and threads of the web server (manage.py up).
WEB_WORKERS = env.int("WEB_WORKERS", default=2)
WEB_THREADS = env.int("WEB_THREADS", default=4)

Q_CLUSTER = {
    "name": "aftersales",
    "orm": "default",
    "workers": env.int("WORKERS", default=1 if "sqlite" in DATABASES["default"]["ENGINE"] else 2),
    "queue_limit": 2,
    "bulk": 1,
    "timeout": 120,
    "retry": 600,
    "max_attempts": 3,
    "ack_failures": True,
    "catch_up": False,
    "poll": 1,
    "save_limit": 500,
    "label": _("Background work"),
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "foundation.api.keys.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
# Per key (strangers: per address), over all processes and hosts.
API_READ_RATE = env.str("API_READ_RATE", default="1200/min")
API_WRITE_RATE = env.str("API_WRITE_RATE", default="600/min")
API_STRANGER_RATE = env.str("API_STRANGER_RATE", default="120/min")
if TESTING:
    REST_FRAMEWORK["TEST_REQUEST_DEFAULT_FORMAT"] = "json"
SPECTACULAR_SETTINGS = {
    "TITLE": "Aftersales API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        name: f"tickets.choices.{name}"
        for name in (
            "Priority",
            "HoldReason",
            "CancelReason",
            "Status",
            "DeadlineState",
            "Kind",
            "Channel",
            "Answer",
            "HelpState",
            "Responsibility",
        )
    }
    | {
        "CustomerKind": "customers.choices.CustomerKind",
        "ContactKind": "customers.choices.ContactKind",
        "ArticleKind": "knowledgebase.choices.ArticleKind",
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}

UNFOLD = {
    "SITE_TITLE": _("Aftersales"),
    "SITE_HEADER": "aftersales.site.title",
    "SITE_SYMBOL": "support_agent",
    "SITE_URL": None,
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "foundation.desk.static.icon"}
    ],
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "ENVIRONMENT": "aftersales.site.environment",
    "COLORS": {
        "primary": {
            "50": "#eef4fc",
            "100": "#dbe8f9",
            "200": "#bcd4f3",
            "300": "#8fb7ea",
            "400": "#5c93df",
            "500": "#2f72d0",
            "600": "#1d5fbf",
            "700": "#194e9c",
            "800": "#174180",
            "900": "#15376b",
            "950": "#0e2347",
        },
    },
    "STYLES": ["foundation.desk.static.css", "foundation.search.static.css"],
    "SCRIPTS": ["foundation.desk.static.js", "foundation.search.static.js"],
    "SIDEBAR": {"show_search": False},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "aftersales.logs.RequestIdFilter"}},
    "formatters": {"json": {"()": "aftersales.logs.JsonLines"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "filters": ["request_id"],
        },
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        # These log the request path, which holds customers' tokens, or user names.
        "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
        "django.request": {"level": "ERROR"},
        "axes": {"level": "ERROR"},
        "django-q": {"level": "WARNING", "propagate": True},
    },
}
