"""Settings, read from the environment by django-environ; docs/settings.md lists them."""

import datetime
import os
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from omnichannel.common.logs import logging_config
from omnichannel.environment import Environment
from omnichannel.signin.providers import apps_of

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()
# The operator's own file, then what the launcher wrote for the instance that runs; the environment wins over both.
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var"))).expanduser().resolve()
for file in (DATA_DIR / "secrets.env", DATA_DIR / "run.env"):
    if file.is_file():
        env.read_env(file)

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY")
FIELD_KEYS = env.list("FIELD_KEYS")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BASE_URL = env.str("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
# Which geographies are served, and where: code=address pairs. Empty: every one of them at BASE_URL.
PUBLIC_URLS = env.list("PUBLIC_URLS", default=[])
SIMULATOR = env.bool("SIMULATOR", False)
DEMO = env.bool("DEMO", False)

INSTALLED_APPS = [
    "omnichannel.apps.OmnichannelConfig",
    "omnichannel.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "omnichannel.audit",
    "omnichannel.signin",
    "omnichannel.drafts",
    "richmessages",
    "workstreams",
    "authsettings",
    "payments",
    "channels_app",
    "conversations",
    *(["simulator"] if SIMULATOR else []),
]

MIDDLEWARE = [
    "omnichannel.common.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "omnichannel.common.time_zone.TimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "omnichannel.signin.middleware.VisitMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "omnichannel.urls"
WSGI_APPLICATION = "omnichannel.wsgi.application"
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
                "omnichannel.common.theme.theme",
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"] |= {
    # Threads of the web process and of the worker keep theirs; a stream never holds one.
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {
        "connect_timeout": 5,
        "options": "-c random_page_cost=1.1 -c idle_in_transaction_session_timeout=60000",
    },
}
# The folder of pg_dump, pg_restore and psql, where those on the PATH are too old.
PG_BIN = env.str("PG_BIN", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

AUTH_USER_MODEL = "workstreams.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "workstreams.roles.RoleBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

# Proxies in front of us that add to X-Forwarded-For; none is believed unless it is counted here.
PROXY_COUNT = env.int("PROXY_COUNT", 0)
# Names of the roles that must have a second factor; a superuser must as soon as one role does.
MFA_REQUIRED_ROLES = env.list("MFA_REQUIRED_ROLES", default=[])
OIDC_PROVIDERS = env.json("OIDC_PROVIDERS", [])
SIGN_IN_TRIES = env.int("SIGN_IN_TRIES", 5)
SIGN_IN_LOCK_MINUTES = env.int("SIGN_IN_LOCK_MINUTES", 15)

ACCOUNT_ADAPTER = "omnichannel.signin.adapters.Accounts"
ACCOUNT_FORMS = {"login": "omnichannel.signin.forms.SignIn"}
ACCOUNT_EMAIL_VERIFICATION = "none"
# In the addresses that a provider sends people back to, behind a proxy too.
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if BASE_URL.startswith("https://") else "http"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_METHODS = {"password", "mfa"}
# A whole office can share one address. Passwords are counted by axes, codes of the second factor by the person.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "5/5m/key"}
SOCIALACCOUNT_ADAPTER = "omnichannel.signin.adapters.Providers"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps_of(OIDC_PROVIDERS, env.str)}}
# A form that leads to another host would break the content security policy; a link does not.
SOCIALACCOUNT_LOGIN_ON_GET = True
MFA_ADAPTER = "omnichannel.signin.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Omnichannel"
# Phones whose clocks are half a minute off.
MFA_TOTP_TOLERANCE = 1
# By the pair of both: by the name alone, one attacker would lock everybody out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = SIGN_IN_TRIES
AXES_COOLOFF_TIME = datetime.timedelta(minutes=SIGN_IN_LOCK_MINUTES)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "omnichannel.common.address.address_of"
AXES_LOCKOUT_CALLABLE = "omnichannel.signin.views.locked"
# The audit log says who came in; its names are for nobody else's log.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
TIME_ZONE = env.str("TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
# Apple's limit for one attachment; the company may set a lower one.
ATTACHMENT_LIMIT = 100 * 1024 * 1024
# The virus scanner that looks at every file before it is stored: clamd, at tcp://host:3310 or unix:///path.
CLAMD_URL = env.str("CLAMD_URL", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
# The largest list that can be designed has 2,000 options of four fields each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
WEBHOOK_BODY_LIMIT = env.int("WEBHOOK_BODY_LIMIT", 10 * 1024 * 1024)
# Retries toward Apple end after this time (Apple leaves it open; senders in the field stop after 5 to 10 minutes).
SEND_FOR_SECONDS = env.int("SEND_FOR_SECONDS", 600)
# By then a message is settled, one way or another: whatever waits, or is being sent, is ended by the sweep.
SETTLE_WITHIN_SECONDS = env.int("SETTLE_WITHIN_SECONDS", 1800)
# Large interactive data that Apple has already is sent by reference for so long; Apple names no lifetime.
DATA_REFERENCE_SECONDS = env.int("DATA_REFERENCE_SECONDS", 3600)
# Hosts whose addresses may open an App Clip, beside Apple's own; a * stands for anything.
APP_CLIP_HOSTS = env.list("APP_CLIP_HOSTS", default=[])
SEND_THREADS = env.int("SEND_THREADS", 32)
# How soon lost bells and dead workers are noticed: beat looks this often, and a claim that nobody keeps alive lapses.
SWEEP_SECONDS = env.int("SWEEP_SECONDS", 5)
CLAIM_SECONDS = env.int("CLAIM_SECONDS", 20)

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 2, "visibility_timeout": 600}
CELERY_DB_REUSE_MAX = 1000
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
# Without an expiry: that is a time of day, and hosts disagree about it. What piled up is dropped by bell.is_due.
SWEEP = {"schedule": float(SWEEP_SECONDS)}
CELERY_BEAT_SCHEDULE = {
    "sweep-inbound": {"task": "conversations.inbound.tasks.sweep"} | SWEEP,
    "sweep-outbound": {"task": "conversations.outbound.tasks.sweep"} | SWEEP,
    "sweep-pictures": {"task": "richmessages.pictures.tasks.sweep"} | SWEEP,
    "sweep-privacy": {"task": "conversations.privacy.tasks.sweep", "schedule": 60.0, "options": {"expires": 60}},
    "remove-expired": {
        "task": "conversations.privacy.tasks.remove_expired",
        "schedule": crontab(hour="3", minute="17"),
    },
    "remove-forgotten-drafts": {
        "task": "omnichannel.drafts.tasks.remove_forgotten",
        "schedule": crontab(hour="3", minute="27"),
    },
    "remove-pictures": {
        "task": "conversations.privacy.tasks.remove_pictures",
        "schedule": crontab(hour="3", minute="37"),
    },
    "find-orphans": {"task": "conversations.privacy.tasks.find_orphans", "schedule": crontab(hour="3", minute="47")},
    **({"sweep-simulator": {"task": "simulator.tasks.sweep"} | SWEEP} if SIMULATOR else {}),
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["conversations.api.authentication.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "conversations.api.problems.problem_details",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Omnichannel",
    "DESCRIPTION": "Conversations with customers over Apple Messages for Business.",
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "TAGS": [{"name": "Conversations"}, {"name": "Messages"}, {"name": "Files"}],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}

# The simulator knows no rows but its own; this tells it how many of a crowd's messages became ours.
SIMULATOR_COUNTS_ARRIVED_BY = "omnichannel.metrics.business.messages_of"
# /metrics answers whoever sends this token, and nobody where there is none.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
# What the web processes of this host count; a folder of this host alone. The library reads its place from here.
METRICS_DIR = Path(env.str("METRICS_DIR", str(DATA_DIR / "metrics"))).expanduser().resolve()
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_DIR)

LOGGING_CONFIG = None
logging_config(level=env.str("LOG_LEVEL", "INFO"))
