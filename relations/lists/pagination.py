"""Keyset pages: as fast at any depth, exact with ties and while rows are added."""

from __future__ import annotations

import binascii
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.core import signing
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Col
from django.utils.crypto import constant_time_compare

LONGEST = 3000
_SIGNATURE = 16  # characters of base64: 96 bits
_FORWARD, _BACKWARD = "f", "b"


class CursorError(ValueError):
    """Invalid cursor for this list and ordering."""


@dataclass(frozen=True)
class Order:
    """A total order: columns, the last of them unique, all ascending or all descending.

    ``name`` and ``scope`` (what is listed) are signed into cursors: one made for another order or list
    is refused.
    """

    name: str
    columns: tuple[str, ...]
    scope: str

    @property
    def is_descending(self) -> bool:
        return self.name.startswith("-")

    def applied(self, queryset: QuerySet) -> QuerySet:
        sign = "-" if self.is_descending else ""
        return queryset.order_by(*(f"{sign}{column}" for column in self.columns))


@dataclass(frozen=True)
class Cursor:
    """A place between two rows: after the row with that key, or before it. No key: the list's other end."""

    is_backward: bool
    key: tuple[Any, ...] = ()

    def text(self, order: Order) -> str:
        parts = [_BACKWARD if self.is_backward else _FORWARD, *map(_plain, self.key)]
        body = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
        payload = signing.b64_encode(body.encode()).decode()
        return payload + _signatures(order, payload)[0]

    @classmethod
    def read(cls, text: str, order: Order) -> Cursor:
        """Raises ``CursorError`` for anything that ``text`` did not write for this order."""
        if not _SIGNATURE < len(text) <= LONGEST or not text.isascii():
            raise CursorError(text)
        payload, signature = text[:-_SIGNATURE], text[-_SIGNATURE:]
        expected = _signatures(order, payload)
        if not any(constant_time_compare(signature, one) for one in expected):
            raise CursorError(text)
        try:
            direction, *key = json.loads(signing.b64_decode(payload.encode()))
            key = tuple(_typed(value) for value in key)
        except (ValueError, TypeError, binascii.Error) as error:
            raise CursorError(text) from error
        if len(key) not in (0, len(order.columns)):
            raise CursorError(text)
        return cls(direction == _BACKWARD, key)


def _signatures(order: Order, payload: str) -> list[str]:
    """With the secret key, and with those it replaced."""
    # A salt is part of what was signed: it keeps the name of the module that signed first.
    signer = signing.Signer(salt="relations.pagination")
    signed = f"{order.scope}|{order.name}|{payload}"
    return [
        signer.signature(signed, key)[:_SIGNATURE] for key in (signer.key, *signer.fallback_keys)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return "t" + value.isoformat()
    if isinstance(value, date):
        return "d" + value.isoformat()
    return value if isinstance(value, int) else f"s{value}"


_READ: dict[str, Callable[[str], Any]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "s": str,
}


def _typed(value: Any) -> Any:
    if isinstance(value, int):
        return value
    return _READ[value[0]](value[1:])


class _Key(F):
    """A row's key, from the same table as the columns before it, if there are any.

    A row of a child has its key in the parent's table, too, and there it is part of the index along which a page is
    read. Taken from the child's own table, the database would have to sort all rows that tie with those of the page.
    """

    def __init__(self, *before: str):
        super().__init__(before[-1] if before else "pk")

    def resolve_expression(self, query: Any = None, *args: Any, **kwargs: Any) -> Any:
        column = super().resolve_expression(query, *args, **kwargs)
        if isinstance(column, Col) and issubclass(query.model, column.target.model):
            return column.target.model._meta.pk.get_col(column.alias)
        return F("pk").resolve_expression(query, *args, **kwargs)


Fetched = Callable[[QuerySet, Sequence[str]], QuerySet]


def whole(queryset: QuerySet, _keys: Sequence[str] = ()) -> QuerySet:
    """The rows as they are."""
    return queryset


class Page:
    """One page of a queryset in an order: ``items``, and the cursors of its neighbours.

    ``start`` opens the page at the first row whose leading column reaches that value. ``fetched`` says what of
    the rows is read: of a queryset, and the names of the annotations that each row must bear as attributes.
    ``built`` keeps the ordered queryset of a list that is always the same, by order: building it takes longer than
    the database takes to read a page.
    """

    def __init__(
        self,
        queryset: QuerySet,
        order: Order,
        size: int,
        *,
        cursor: Cursor | None = None,
        start: Any = None,
        fetched: Fetched = whole,
        built: dict[tuple[str, bool], QuerySet] | None = None,
    ):
        self.order, self.size, self.cursor, self.start = order, size, cursor, start
        self._selected, self._as_fetched = queryset, fetched
        self._built = {} if built is None else built
        self.names = [f"key_{position}" for position in range(len(order.columns))]

    @cached_property
    def queryset(self) -> QuerySet:
        # As annotations, so that a filter on them uses the join that is there already.
        columns = [
            _Key(*self.order.columns[:-1]) if name == "pk" else F(name)
            for name in self.order.columns
        ]
        keys = dict(zip(self.names, columns, strict=True))
        return self._as_fetched(self._selected.annotate(**keys), self.names)

    @property
    def is_backward(self) -> bool:
        return self.cursor is not None and self.cursor.is_backward

    def _rows(self, *, backward: bool) -> QuerySet:
        shape = (self.order.name, backward)
        if shape not in self._built:
            sign = "-" if self.order.is_descending != backward else ""
            self._built[shape] = self.queryset.order_by(*(f"{sign}{name}" for name in self.names))
        return self._built[shape]

    def _beyond(self, key: tuple[Any, ...], *, backward: bool, inclusive: bool = False) -> Q:
        """Rows past a key, or from it on: ``lead <= x AND (lead < x OR (lead = x AND ...))``.

        The outer comparison says nothing new; it is what lets a database begin inside the index.
        """
        past = "lt" if self.order.is_descending != backward else "gt"
        *leading, last = zip(self.names, key, strict=True)
        condition = Q(**{f"{last[0]}__{past}{'e' if inclusive else ''}": last[1]})
        for name, value in reversed(leading):
            condition = Q(**{f"{name}__{past}e": value}) & (
                Q(**{f"{name}__{past}": value}) | Q(**{name: value}) & condition
            )
        return condition

    @property
    def _edge(self) -> tuple[Any, ...]:
        """The key of the row at the edge of the page before, which the cursor names."""
        return self.cursor.key if self.cursor is not None else ()

    def _read(self, *edge: Any) -> QuerySet:
        """The rows of the page, one more, and before them the row at the edge if it is still there."""
        rows = self._rows(backward=self.is_backward)
        if edge:
            rows = rows.filter(self._beyond(edge, backward=self.is_backward, inclusive=True))
        elif self.start is not None:
            side = "lte" if self.order.is_descending else "gte"
            rows = rows.filter(**{f"{self.names[0]}__{side}": self.start})
        return rows[: self.size + (2 if edge else 1)]

    @cached_property
    def _found(self) -> list:
        return list(self._read(*self._edge))

    @cached_property
    def _is_edge_there(self) -> bool:
        return bool(self._edge and self._found and self._key(self._found[0]) == self._edge)

    @cached_property
    def _fetched(self) -> list:
        return self._found[1:] if self._is_edge_there else self._found

    @cached_property
    def items(self) -> list:
        items = self._fetched[: self.size]
        return items[::-1] if self.is_backward else items

    def _key(self, row) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in self.names)

    def _there_are_more(self, *, backward: bool) -> bool:
        if backward == self.is_backward:
            return len(self._fetched) > self.size
        if self._is_edge_there:
            return True
        if self.cursor is None and self.start is None:
            return False
        edge = self.items[-1] if self.is_backward else self.items[0]
        past = self._beyond(self._key(edge), backward=backward)
        return self._rows(backward=backward).filter(past).order_by().exists()

    def _neighbour(self, *, backward: bool) -> str | None:
        if not self.items:
            # Past the end nothing follows; what is there lies at the other end of the list.
            behind = (self.cursor or self.start) is not None and backward != self.is_backward
            return Cursor(backward).text(self.order) if behind else None
        if not self._there_are_more(backward=backward):
            return None
        edge = self.items[0] if backward else self.items[-1]
        return Cursor(backward, self._key(edge)).text(self.order)

    @cached_property
    def next(self) -> str | None:
        return self._neighbour(backward=False)

    @cached_property
    def previous(self) -> str | None:
        return self._neighbour(backward=True)

    @property
    def is_read(self) -> bool:
        """Whether its rows were read already."""
        return "_found" in self.__dict__

    @property
    def is_all(self) -> bool:
        """Whether the page holds every row there is."""
        return self.cursor is None and self.start is None and self.is_last

    @property
    def is_last(self) -> bool:
        """Whether no row follows. Of a page that was read forward: its rows tell, nothing more is asked."""
        return len(self._fetched) <= self.size

    def following(self) -> Iterator[Page]:
        """The pages after this one, each read when it is asked for: nothing stays open between two of them."""
        page = self
        while not page.is_last:
            page = Page(
                self._selected,
                self.order,
                self.size,
                cursor=Cursor(False, page._key(page.items[-1])),
                fetched=self._as_fetched,
                built=self._built,
            )
            yield page
