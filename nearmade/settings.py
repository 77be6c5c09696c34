"""All settings, read from the environment. Nothing secret stands here.

Without any variable set it is one machine: SQLite, a broker on disk, virtual machines, a
stand-in for Stripe. docs/operations.md lists every variable.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import django_stubs_ext
import environ
from csp.constants import NONCE, NONE, SELF, STRICT_DYNAMIC

django_stubs_ext.monkeypatch()  # so that ModelAdmin[Order] and its kin can be written

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("NEARMADE_VAR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)


def _development_secret(name: str) -> str:
    """A secret made on the first run and kept beside the data, never in the repository."""
    path = VAR_DIR / "keys" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.touch(mode=0o600)
        temporary.write_text(secrets.token_urlsafe(48))
        temporary.rename(path)
    return path.read_text().strip()


DEBUG = env.bool("DEBUG", default=False)
DEVELOPMENT_SECRETS = "SECRET_KEY" not in os.environ
SECRET_KEY = env.str("SECRET_KEY", default="") or _development_secret("django")
HUB_KEY_FILE = env.str("HUB_KEY_FILE", default=str(VAR_DIR / "keys" / "hub.ed25519"))

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "core",
    "configurator",
    "manufacturing",
    "routing",
    "orders",
    "nearmade",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "nearmade.middleware.SlashesInWords",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "nearmade.middleware.ErrorsInWords",
    "nearmade.middleware.AdminScriptsCarryNonce",
]

ROOT_URLCONF = "nearmade.urls"
WSGI_APPLICATION = "nearmade.wsgi.application"
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
                "nearmade.context.site",
            ],
            "builtins": ["nearmade.templatetags.nearmade"],
        },
    }
]

# --- database -------------------------------------------------------------------------------
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
}


def _database(url: str) -> dict[str, object]:
    """DATABASE_URL read by django-environ; SQLite gets our fair backend and safe options."""
    config: dict[str, object] = dict(env.db_url_config(url))
    config["ATOMIC_REQUESTS"] = False
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["ENGINE"] = "core.db.sqlite"
        config["OPTIONS"] = SQLITE_OPTIONS
        # Tests run on a real file too: an in-memory database has other locks.
        config["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    else:
        config["CONN_MAX_AGE"] = 600
        config["CONN_HEALTH_CHECKS"] = True
    return config


DATABASES = {
    "default": _database(env.str("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- work -----------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
BROKER_DIR = VAR_DIR / "broker"
SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=1.0)

# --- sign-in --------------------------------------------------------------------------------
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/home/"
LOGOUT_REDIRECT_URL = "/"

# --- language and time ----------------------------------------------------------------------
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# --- files ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "media"
PROGRAM_DIR = Path(env.str("PROGRAM_DIR", default=str(VAR_DIR / "programs")))
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 60 if DEBUG else 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- safety ---------------------------------------------------------------------------------
HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "nearmade.views.forged"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- payments -------------------------------------------------------------------------------
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")
# Without a key of Stripe's own, the real SDK talks to the stand-in at this address.
STRIPE_STANDIN_URL = env.str("STRIPE_STANDIN_URL", default="http://127.0.0.1:8010")
STRIPE_IS_STANDIN = not STRIPE_SECRET_KEY
if STRIPE_IS_STANDIN:
    STRIPE_SECRET_KEY = "sk_test_" + _development_secret("stripe_api").replace("-", "")[:32]
    STRIPE_WEBHOOK_SECRET = "whsec_" + _development_secret("stripe_webhook").replace("-", "")[:32]

# The pay page is on another host: the form that starts a payment redirects there.
_PAY_ORIGIN = STRIPE_STANDIN_URL if STRIPE_IS_STANDIN else "https://checkout.stripe.com"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, STRICT_DYNAMIC],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "blob:", "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF, _PAY_ORIGIN],
        "frame-ancestors": [NONE],
    }
}

# --- what the shop promises -----------------------------------------------------------------
OFFER_MINUTES = env.int("OFFER_MINUTES", default=120)
QUOTE_DAYS = env.int("QUOTE_DAYS", default=14)
KEEP_DAYS = env.int("KEEP_DAYS", default=30)
SAVED_DAYS = env.int("SAVED_DAYS", default=180)
JOB_PATIENCE_MINUTES = env.int("JOB_PATIENCE_MINUTES", default=120)
PAY_MINUTES = env.int("PAY_MINUTES", default=60)
UNDO_SECONDS = env.float("UNDO_SECONDS", default=10.0)
DEMO_SPEED = env.float("DEMO_SPEED", default=60.0)
WARM_UP = env.bool("WARM_UP", default=True)
GEOMETRY_WORKERS = env.int("GEOMETRY_WORKERS", default=2)

# --- email: printed to a folder until a server is named ---------------------------------------
vars().update(env.email_url("EMAIL_URL", default=f"filemail:///{VAR_DIR}/mail"))
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Nearmade <hello@nearmade.invalid>")

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "nearmade.openapi.WithProblems",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "nearmade.problems.Negotiation",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["nearmade.problems.ShallowJSON"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "EXCEPTION_HANDLER": "nearmade.problems.as_problem",
    # For one address. A slider asks for drafts as fast as they come, and a school is one address.
    "DEFAULT_THROTTLE_RATES": {
        "geometry": env.str("GEOMETRY_RATE", default="1200/min"),
        "picture": env.str("PICTURE_RATE", default="6000/min"),
        "upload": env.str("UPLOAD_RATE", default="60/min"),
        "draft": env.str("DRAFT_RATE", default="6000/min"),
        "suggest": env.str("SUGGEST_RATE", default="30/min"),
    },
    "NUM_PROXIES": env.int("NUM_PROXIES", default=0),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Nearmade",
    "DESCRIPTION": "Products, designs, checks, solids, prices with dates, and suggestions, for "
    "programs. Paying and following an order are done in the browser.",
    "OAS_VERSION": "3.1.1",
    "ENUM_NAME_OVERRIDES": {"LevelEnum": ("mended", "weak", "impossible")},
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "nearmade.openapi.with_params",
        "nearmade.openapi.with_summaries",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {"nearmade": {"level": env.str("LOG_LEVEL", default="INFO")}},
}
