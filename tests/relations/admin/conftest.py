import pytest
from django.contrib.auth.models import User


@pytest.fixture
def editor(db):
    return User.objects.create_superuser("editor", "editor@example.org", "correct horse battery")


@pytest.fixture
def desk(client, editor):
    """A client signed in at the staff's desk, over HTTPS as deployed."""
    client.defaults["wsgi.url_scheme"] = "https"
    client.force_login(editor)
    return client
