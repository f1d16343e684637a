import pytest
from django.contrib.auth.models import User


@pytest.fixture
def editor(db):
    return User.objects.create_superuser("editor", "editor@example.org", "correct horse battery")


@pytest.fixture
def desk(client, editor, settings):
    """A client signed in at the staff's desk; the redirect to HTTPS has tests of its own."""
    settings.SECURE_SSL_REDIRECT = False
    client.force_login(editor)
    return client
