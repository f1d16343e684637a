import pytest
from django.contrib.auth.models import User


@pytest.fixture
def editor(db):
    return User.objects.create_superuser("editor", "editor@example.org", "correct horse battery")


@pytest.fixture
def desk(client, editor, settings):
    """A client signed in at the staff's desk, a desk of one who publishes what they draft.

    That nobody does unless the setting allows it has tests of its own, and so has the redirect to HTTPS.
    """
    settings.SECURE_SSL_REDIRECT = False
    settings.SELF_PUBLISH = True
    client.force_login(editor)
    return client
