"""The yardstick: a Django view without middleware that returns bytes it holds, by the name of the question."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, MIDDLEWARE=[])

BODIES = {file.stem: file.read_bytes() for file in Path(os.environ["BODIES"]).glob("*.json")}


def answer(_request, name):
    return HttpResponse(BODIES[name], content_type="application/json")


urlpatterns = [path("<str:name>/", answer)]
application = get_wsgi_application()
