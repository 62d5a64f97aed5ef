"""The entry of the web server; refuses to start while any view states no permission."""

import os
from collections.abc import Iterable
from typing import Any

import django
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingwei.project.settings")
django.setup()

from jingwei.project.static_names import collect  # noqa: E402  # needs the settings

collect()  # before the site looks for them
site = get_wsgi_application()

from jingwei.kit.permission import require_permissions  # noqa: E402  # needs the loaded applications
from jingwei.kit.receiving import WholeBody  # noqa: E402  # as above

require_permissions()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The site, which takes a body whole or not at all."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if length.isascii() and length.isdigit():
        environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
    return site(environ, start_response)
