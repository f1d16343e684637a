"""Django's cache in the database, with a count that several workers may raise at once."""

import base64
import pickle

from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router, transaction
from django.utils import timezone


class Cache(DatabaseCache):
    def incr(self, key, delta=1, version=None):
        """Raise a number. ``ValueError`` where there is none.

        Django's own method reads and writes in separate steps, which loses counts, and starts the time to
        expiry again. Here the row is locked meanwhile: on SQLite by the transaction itself, which takes the
        lock at its beginning.
        """
        key = self.make_and_validate_key(key, version=version)
        database = router.db_for_write(self.cache_model_class)
        connection = connections[database]
        table = connection.ops.quote_name(self._table)
        lock = "FOR UPDATE" if connection.features.has_select_for_update else ""
        now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
        with transaction.atomic(using=database), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT value FROM {table} WHERE cache_key = %s AND expires >= %s {lock}",  # noqa: S608 (our table)
                [key, now],
            )
            row = cursor.fetchone()
            if row is None:
                raise ValueError(f"There is no number under {key!r}.")
            number = pickle.loads(base64.b64decode(row[0])) + delta  # noqa: S301 (as Django wrote it)
            text = base64.b64encode(pickle.dumps(number, self.pickle_protocol)).decode("latin1")
            cursor.execute(f"UPDATE {table} SET value = %s WHERE cache_key = %s", [text, key])  # noqa: S608 (as above)
        return number
