"""The entry of the web server; refuses to start while any view states no permission."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingwei.project.settings")
application = get_wsgi_application()

from jingwei.kit.permission import require_permissions  # noqa: E402  # needs the loaded applications

require_permissions()
