"""What a web server calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nearmade.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (after Django is set up)

from nearmade.warm import warm_up  # noqa: E402

if settings.WARM_UP:
    warm_up()
