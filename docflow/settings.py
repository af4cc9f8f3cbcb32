"""Every setting, read from the environment through docflow.env. docs/settings.md lists them; a test keeps it complete."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url

from docflow import env

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

# --- Where things lie -------------------------------------------------------------------------------------------------
DATA_DIR = Path(env.text("DOCFLOW_DATA_DIR", str(BASE_DIR / "var"))).resolve()
FILES_DIR = DATA_DIR / "files"  # originals, under their own uuid
RENDITIONS_DIR = DATA_DIR / "renditions"  # page images, made anew from originals at any time
INCOMING_DIR = DATA_DIR / "incoming"  # beside the storage: a rename must not cross file systems
WORK_DIR = DATA_DIR / "work"  # what the sandboxed children see
# Process groups, signs of life, stop marks: of one machine, so never a shared folder.
RUN_DIR = Path(env.text("DOCFLOW_RUN_DIR", str(DATA_DIR / "run"))).resolve()
for folder in (DATA_DIR, FILES_DIR, RENDITIONS_DIR, INCOMING_DIR, WORK_DIR, RUN_DIR):
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

# --- Secrets ----------------------------------------------------------------------------------------------------------
DEBUG = env.flag("DOCFLOW_DEBUG")
ALLOWED_HOSTS = env.words("DOCFLOW_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
SITE_URL = (env.url("DOCFLOW_SITE_URL", "http", "https") or "http://localhost:8000").rstrip("/")
LOOPBACK = set(ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]", "testserver"}
SECRET_KEY = env.secret("DOCFLOW_SECRET_KEY") or (env.secret_made_once(DATA_DIR / "secret_key") if LOOPBACK else "")
if len(SECRET_KEY) < 50 or SECRET_KEY.startswith("django-insecure"):
    raise env.SettingError(
        "DOCFLOW_SECRET_KEY must hold at least 50 random characters, because DOCFLOW_ALLOWED_HOSTS opens the site "
        "to others. Make one with: openssl rand -base64 48"
    )
SECRET_KEY_FALLBACKS = env.words("DOCFLOW_SECRET_KEY_FALLBACKS")
# Secrets of organizations at rest. First key encrypts, all decrypt. Without one: derived from the secret key.
ENCRYPTION_KEYS = [key.strip() for key in env.secret("DOCFLOW_ENCRYPTION_KEYS").split(",") if key.strip()]

# --- The site ---------------------------------------------------------------------------------------------------------
HTTPS = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if HTTPS else []
ROOT_URLCONF = "docflow.urls"
WSGI_APPLICATION = "docflow.wsgi.application"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_q",
    "docflow.apps.KernelConfig",
    "docflow.accounts.apps.AccountsConfig",
    "documents.apps.DocumentsConfig",
    "uploads.apps.UploadsConfig",
    "rules.apps.RulesConfig",
    "docflow.api.apps.ApiConfig",
]
MIDDLEWARE = [
    "docflow.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "docflow.middleware.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
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
                "docflow.accounts.pages.shell.shell",
            ]
        },
    }
]

# --- Database, broker, cache ------------------------------------------------------------------------------------------
PART = env.one_of("DOCFLOW_PART", "web", "web", "worker", "sweeper")  # `serve` tells each part its name
DATABASE_URL = env.url("DATABASE_URL", "postgres", "postgresql", "sqlite")
BROKER_URL = env.url("BROKER_URL", "redis", "rediss")


def _database() -> dict[str, Any]:
    if DATABASE_URL.startswith("postgres"):
        parsed: dict[str, Any] = dict(dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True))
        statement = 15_000 if PART == "web" else 60_000
        parsed.setdefault("OPTIONS", {}).update(
            connect_timeout=5,
            options=f"-c statement_timeout={statement} -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000",
        )
        return parsed
    # What clients were told is kept must be on disk, so the web syncs fully; what a worker loses is done again.
    synchronous = "FULL" if PART == "web" else "NORMAL"
    name = dj_database_url.parse(DATABASE_URL)["NAME"] if DATABASE_URL else DATA_DIR / "docflow.sqlite3"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON;",
        },
        # Threads and processes of a test share the file, as those of the site do.
        "TEST": {"NAME": str(DATA_DIR / f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.sqlite3")},
    }


DATABASES = {"default": _database()}
if BROKER_URL:
    _shared_cache: dict[str, Any] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": BROKER_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
else:
    _shared_cache = {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
CACHES = {"default": _shared_cache, "q": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

WORKERS = env.integer("DOCFLOW_WORKERS", max(2, min(4, os.cpu_count() or 1)), least=1, most=64)
BELLS_AHEAD = env.integer("DOCFLOW_BELLS_AHEAD", max(8, 2 * WORKERS), least=1)
CLOCK_DIVISOR = env.integer("DOCFLOW_TEST_CLOCK_DIVISOR", 1, least=1)  # fault tests only: divides leases and waits
Q_CLUSTER: dict[str, Any] = {  # each value is reasoned in docs/jobs.md
    "name": "docflow",
    **({"redis": BROKER_URL} if BROKER_URL else {"orm": "default"}),
    "workers": WORKERS,
    "queue_limit": WORKERS,
    "bulk": 1,
    "timeout": 420,
    "retry": 1500,
    "max_attempts": 1,
    "ack_failures": True,
    "save_limit": -1,
    "guard_cycle": 0.5,
    "recycle": 100,
    "max_rss": 400_000,
    "catch_up": False,
    "scheduler": False,
    "poll": 0.5 if CLOCK_DIVISOR == 1 else 0.1,
    "compress": False,
    "cached": False,
    "sync": False,
    "cache": "q",
}

# --- Intake, reading, sending -----------------------------------------------------------------------------------------
MAX_FILE_BYTES = env.integer("DOCFLOW_MAX_FILE_MB", 40, least=1) * 1_048_576
MAX_REQUEST_BYTES = env.integer("DOCFLOW_MAX_REQUEST_MB", 400, least=1) * 1_048_576
MAX_FILES = 100
MAX_PAGES = env.integer("DOCFLOW_MAX_PAGES", 500, least=1)
OCR_LANGUAGES = env.words("DOCFLOW_OCR_LANGUAGES", "eng,deu,fra")
OFFLINE = env.flag("DOCFLOW_OFFLINE")
# What documents tell the apps above them, as text so that nothing imports upwards (docs/architecture.md).
ON_TRANSITION = "rules.operations.reactions.on_transition"
ON_EVENT = "rules.operations.reactions.on_event"
ON_PROFILE_WORSE = "rules.operations.reactions.on_profile_worse"
ON_RECORD_CREATED = "rules.operations.reactions.on_record_created"
ON_ORGANIZATION_CREATED = "uploads.operations.projects.create_default"
SWEPT_MODELS = ("uploads.Task", "rules.Reaction", "rules.Delivery")
SLOW_ROUNDS = (  # name, seconds between two runs, job
    ("canary", 60, "docflow.life.canary"),
    ("offline", 60, "rules.operations.deliveries.follow_offline_mode"),
    ("schedules", 30, "rules.operations.schedules.ring_due"),
    ("files", 3600, "docflow.rounds.tidy_files"),
    ("rows", 3600, "docflow.rounds.tidy_rows"),
)
STORED_FILES = (("documents.Document", "file"), ("uploads.Upload", "mail_file"))  # a stored file that no row names is removed
SHORT_LIVED = (  # model, its time, hours after which a row is forgotten
    ("api.IdempotentCall", "created_at", 24),
    ("sessions.Session", "expire_date", 0),
    ("django_q.Task", "stopped", 7 * 24),
)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": FILES_DIR, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {"BACKEND": "docflow.static_files.Storage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
FILE_UPLOAD_HANDLERS = ["uploads.intake.limits.CappedUploadHandler"]
FILE_UPLOAD_TEMP_DIR = INCOMING_DIR
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = MAX_FILES

# --- People -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "docflow.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by an admin, not by signing up
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "20/m/ip,5/m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("DOCFLOW_PROXIES", 0)
SESSION_COOKIE_AGE = 14 * 24 * 3600  # when "stay signed in" is ticked, else until 8 hours after signing in
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "docflow-session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "docflow-csrf"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.integer("DOCFLOW_PROXIES", 0) else None

# --- The API ----------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "docflow.api.authentication.KeyAuthentication",
        "docflow.api.authentication.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["docflow.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "docflow.api.schema.AutoSchema",
    "EXCEPTION_HANDLER": "docflow.api.errors.handle",
    "NUM_PROXIES": env.integer("DOCFLOW_PROXIES", 0),
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "docflow",
    "DESCRIPTION": "Documents in, reviewed structured data out. Errors, limits and examples: /api/docs and docs/.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "DEFAULT_GENERATOR_CLASS": "docflow.api.schema.Generator",
    "POSTPROCESSING_HOOKS": [],  # words stand where they are used, not in components with invented names
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api",
    "COMPONENT_SPLIT_REQUEST": True,
}

LOG_LEVEL = env.one_of("DOCFLOW_LOG_LEVEL", "INFO", "DEBUG", "INFO", "WARNING", "ERROR")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "docflow.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # django-q prints names and results of every bell at INFO; httpx prints whole URLs of receivers.
    "loggers": {
        "django-q": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "pdfminer": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
