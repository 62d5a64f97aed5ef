"""Secrets, cookies, passwords, login throttling, content policy."""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from jingwei.installation import InstallationFault, home
from jingwei.installation.certificates import AUTHORITY, folder_of
from jingwei.project.settings.training import COOKIE_SUFFIX, TRAINING

SECRET_KEY = home().secret("django")
DEBUG = False
ALLOWED_HOSTS = [*filter(None, os.environ.get("JINGWEI_HOSTS", "").split(",")), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [*filter(None, os.environ.get("JINGWEI_ORIGINS", "").split(","))]


def _ledger() -> str:
    """The secret from which the keys of the log and of receipts are worked out. Raises OSError."""
    try:
        return home().secret("ledger")
    except InstallationFault as fault:
        raise OSError(str(fault)) from fault


LEDGER_SECRET = _ledger
"""Read when something is signed."""


def IDENTITY_PROVIDER() -> tuple[str, str, str]:  # noqa: N802  # Django's names of settings
    """Issuer, client and secret of the city's OpenID Connect provider; empty texts where it has none. A
    training city asks none: nothing leaves it."""
    issuer, client = os.environ.get("JINGWEI_OIDC_ISSUER", ""), os.environ.get("JINGWEI_OIDC_CLIENT", "")
    kept = os.environ.get("JINGWEI_OIDC_SECRET", "")  # names a file, as for every secret
    if not issuer or not client or TRAINING:
        return "", "", ""
    return issuer, client, Path(kept).read_text(encoding="utf-8").strip() if kept else ""


_HTTPS = os.environ.get("JINGWEI_HTTPS") == "1"
SESSION_COOKIE_NAME = ("__Host-jw" if _HTTPS else "jw") + COOKIE_SUFFIX
CSRF_COOKIE_NAME = f"csrftoken{COOKIE_SUFFIX}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _HTTPS else 0  # said only over HTTPS; browsers ignore it for bare addresses
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_ENGINE = "jingwei.kit.signing.engine"
CSRF_FAILURE_VIEW = "jingwei.kit.answers.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

TLS_AUTHORITY = folder_of(home()) / AUTHORITY
"""What devices install to trust the site's own certificate; not there where the site has none of its own."""

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "desk:login"
SECOND_FACTOR_URL = "desk:second"
LOGIN_REDIRECT_URL = "desk:work"
LOGOUT_REDIRECT_URL = "desk:login"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [
    ["username", "ip_address"]
]  # by address alone a whole office behind one router would be locked
AXES_LOCKOUT_CALLABLE = "jingwei.kit.answers.locked_out"
AXES_IPWARE_PROXY_COUNT = 0
AXES_ENABLE_ADMIN = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
