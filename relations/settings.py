"""The settings. All values come from the environment; where a required one is missing, start-up stops with
a sentence.

docs/operating.md documents every name that is read here (a test compares the two).
"""

import ipaddress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)


def required(name: str, meaning: str, debug_default: str) -> str:
    value = env.str(name, default="")
    if value:
        return value
    if DEBUG:
        return debug_default
    raise ImproperlyConfigured(
        f"Set {name}: {meaning} (or DEBUG=1 to try the site on this machine only)."
    )


SECRET_KEY = required(
    "SECRET_KEY", "a long random text that signs sessions and cursors", "only-for-debug-" + "0" * 50
)
SITE_URL = required(
    "SITE_URL",
    "the public address of the site, for example https://entente.example",
    f"http://127.0.0.1:{env.str('PORT', default='8000')}",
).rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in ("http", "https") or not _site.hostname or _site.path or _site.query:
    raise ImproperlyConfigured(
        f"SITE_URL is {SITE_URL!r}: give a scheme and host only, for example https://entente.example."
    )
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or [
    _site.hostname,
    *(["127.0.0.1", "localhost"] if DEBUG else []),
]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
TRUSTED_PROXIES = []
for _address in env.list("TRUSTED_PROXIES", default=[]):
    try:
        TRUSTED_PROXIES.append(ipaddress.ip_network(_address))
    except ValueError as error:
        raise ImproperlyConfigured(
            f"TRUSTED_PROXIES: {error}; give addresses or networks, for example 127.0.0.1,10.0.0.0/8."
        ) from None

INSTALLED_APPS = [
    "relations.apps.RelationsConfig",
    "agreements.apps.AgreementsConfig",
    "relations.apps.EntenteAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "modelsearch",
    "rest_framework",
]

MIDDLEWARE = [
    # First: the scheme of a request is known only once its proxy is trusted.
    "relations.http.middleware.TrustedProxyMiddleware",
    "relations.http.cors.OpenToScriptsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "relations.http.throttles.ThrottleMiddleware",
    "relations.http.response_cache.ResponseCacheMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "relations.http.middleware.ContentPolicyMiddleware",
    "relations.http.middleware.CleanRequestMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # Turns a response into a refusal while signing in is locked; else it does nothing.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "relations.urls"
WSGI_APPLICATION = "relations.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "relations.views.context.site",
            ],
        },
    }
]

# Database ------------------------------------------------------------------------------------------------
DATABASES = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'entente.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL lets readers go on while one writes; IMMEDIATE takes the write lock at the start, so that two
    # writers wait for each other (up to 60 s, as long as a large table takes to be stored) instead of one
    # losing its transaction half-way. Each connection keeps 8 MB of the file at hand, so that a search need
    # not read the same of its index again.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 60,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            "PRAGMA cache_size=-8000;"
        ),
    }
else:
    DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)
# To open a connection takes longer than most answers of the API. The server for development has a thread for
# each request, and would collect them.
DATABASES["default"].setdefault("CONN_MAX_AGE", 0 if DEBUG else 60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
MODELSEARCH_BACKENDS = {"default": {"BACKEND": "relations.search.backend"}}

# Cache: in the database unless a server is named, so that all workers share it ---------------------------
CACHES = {
    "default": env.cache_url("CACHE_URL")
    if env.str("CACHE_URL", default="")
    else {
        "BACKEND": "relations.http.database_cache.Cache",
        "LOCATION": "entente_cache",
        # Beyond this number some entries are dropped: each client that is counted (API_RATE) has one.
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}
# In the memory of each process, under the number of the last change: no other process need know of it. An entry has
# at most half a megabyte (relations.http.conditional.MAX_CACHED_SIZE), so that a process holds 150 MB at the very most.
for _name, _entries in (
    ("pages", 100),  # whole HTML pages (relations.http.conditional)
    ("api", 100),  # responses of the API (relations.http.response_cache)
    ("counts", 100),  # counts and facets of a selection (relations.lists.memo)
):
    CACHES[_name] = {
        "BACKEND": "django.core.cache.backends.dummy.DummyCache"
        if DEBUG
        else "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": _name,
        "TIMEOUT": 60 * 60,
        "OPTIONS": {"MAX_ENTRIES": _entries},
    }

# An answer of the API may be older than what another process has published by at most this many seconds.
FRESH_FOR = 0.0 if DEBUG else env.float("FRESH_FOR", default=1.0)

# Languages: English now; every visible string already goes through gettext ---------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE_DIR / "locale"]

# Files -------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "relations.http.stylesheets.Storage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
RELEASES_DIR = Path(env.str("RELEASES_DIR", default=str(BASE_DIR / "releases")))

MEGABYTE = 1024 * 1024
# The largest table of records that is read, in bytes.
IMPORT_MAX_BYTES = 10 * MEGABYTE
# A record's form holds fourteen fields per citation: room for some 300 of them, not for a flood.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Security ------------------------------------------------------------------------------------------------------
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# The limits are in relations.accounts.lockout. Whose failures are counted together when a sign-in succeeds: those
# of the name at that address. Failures are kept in the database, for all workers, and forgotten after an hour.
AXES_HANDLER = "relations.accounts.lockout.Handler"
AXES_FAILURE_LIMIT = 1
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(hours=1)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "relations.accounts.lockout.counted_name"
AXES_CLIENT_IP_CALLABLE = "relations.http.clients.address_of"
AXES_LOCKOUT_CALLABLE = "relations.admin.accounts.sign_in.locked_out"
# Our own log of accounts records what happened.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
# Whether all staff must sign in in two steps, or those who have set it up.
REQUIRE_TWO_STEPS = env.bool("REQUIRE_TWO_STEPS", default=False)
OTP_TOTP_ISSUER = f"Entente {_site.hostname}"
_https = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_SSL_REDIRECT = _https and not DEBUG and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _https and not DEBUG else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = bool(SECURE_HSTS_SECONDS)
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

# Editing -----------------------------------------------------------------------------------------------------------
# Allow authors to publish their own drafts: for a desk of one person.
SELF_PUBLISH = env.bool("SELF_PUBLISH", default=False)

# API -------------------------------------------------------------------------------------------------------------
# How many requests one client may make, such as 600/min; empty: no limit.
API_RATE = env.str("API_RATE", default="")
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "relations.api.schema.EntenteSchema",
    "DEFAULT_PAGINATION_CLASS": None,
    "EXCEPTION_HANDLER": "relations.http.problem_details.problem_response",
    "DEFAULT_THROTTLE_RATES": {"report": env.str("REPORT_RATE", default="5/hour") or None},
    "URL_FORMAT_OVERRIDE": "format",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Entente",
    "VERSION": "1",
    "DESCRIPTION": "The relations between two states, on the record: agreements, visits, figures and "
    "milestones with their sources, the precision of their dates, and any disagreement between sources.",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "relations.api.schema_components.share_answers",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "CAMELIZE_NAMES": False,
    "LICENSE": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
    # Whichever site serves the description: SchemaEndpoint names it.
    "SERVERS": [{"url": "/", "description": "The site that serves this description"}],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {
        "handlers": ["console"],
        "level": env.str("LOG_LEVEL", default="INFO" if DEBUG else "WARNING"),
    },
}
