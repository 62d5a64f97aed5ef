"""Middleware, templates, languages, static files, logs, mail."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("JINGWEI_HOME") or "var").resolve()

DEVELOPMENT = os.environ.get("JINGWEI_DEVELOPMENT") == "1"
"""Whether the page of all parts is served, and the language that makes texts longer."""

ROOT_URLCONF = "jingwei.project.urls"
WSGI_APPLICATION = "jingwei.project.wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jingwei.kit.frame.origin.OriginMiddleware",
    "jingwei.kit.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jingwei.kit.answers.RefusalMiddleware",
    "jingwei.kit.permission.PermissionMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "jingwei.kit.page.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "jingwei.kit.templatetags.kit",
                "jingwei.kit.templatetags.parts",
            ],
        },
    }
]
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [_PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "jingwei.project.static_names.NamesByContent"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

EMAIL_HOST = os.environ.get("JINGWEI_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("JINGWEI_SMTP_PORT", "25"))
DEFAULT_FROM_EMAIL = os.environ.get("JINGWEI_MAIL_FROM", "jingwei@localhost")
EMAIL_TIMEOUT = 10

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"jingwei": {"level": "INFO"}},
}
