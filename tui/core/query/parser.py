"""What a person types as a filter, read into a tree; an error points at its place.

alice                   found in any column, whatever the case; "two words"; /regex/
service:(iam sts)       the whole value, several of them, with * and ?
-is:read or not who:bo  and binds tighter than or, side by side is and
requestParameters.bucketName:prod-*    any place in the record
ip:10.0.0.0/8  time:14:00..15:30  after:2h  is:denied  text:"anywhere"
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tui.core.query import lexer
from tui.core.query.habits import ONE_WORD, elsewhere_written
from tui.core.query.lexer import Name, Part, QueryError
from tui.core.query.names import (
    COLUMNS,
    FIELDS,
    FLAGS,
    IS,
    KEYWORDS,
    OTHERS,
    TOP_LEVEL,
    WORD_FIELDS,
    nearest,
    top_level,
)
from tui.core.query.nodes import (
    And,
    Compare,
    EventId,
    Exact,
    Field,
    Glob,
    Is,
    Network,
    Node,
    Not,
    Or,
    Path,
    Pattern,
    Regex,
    Text,
    Value,
    Word,
)
from tui.core.query.regex import RegexError, compiled
from tui.core.query.times import TimeError, time_of
from tui.core.query.values import address_of, bare_value, has_wildcard, is_uuid, span_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

__all__ = ["QueryError", "parse", "quoted"]

_DEEPEST = 100
_NAMED = 4
"""Flags that are named where none is near: as many as the line of the prompt takes."""
_LONGEST = 100_000
_PARTITIONS = ("aws:", "aws-")
_LIST = "Expected a value, such as (iam sts)"


def parse(text: str, *, now: dt.datetime, zone: dt.tzinfo) -> Node:
    """The tree of a filter; an empty text lets everything through. Raises QueryError.

    `now` is aware and what `2h` counts back from; times without a zone are those of `zone`.
    """
    if len(text) > _LONGEST:
        raise QueryError(f"A filter may have {_LONGEST} characters", _LONGEST, len(text))
    return _Parser(text, now, zone).everything()


def quoted(value: str) -> str:
    """A value as the language takes it behind a colon: in quotes where it needs them."""
    part = lexer.read_part(value, 0)
    bare = part is not None and part.kind == "bare" and part.end == len(value)
    if not bare or value[0] in '-<>"' or any(mark in value for mark in '",'):
        return lexer.in_quotes(value)
    if value.lower() in KEYWORDS:
        return lexer.in_quotes(value)
    # A backslash is itself in quotes, and outside of them only where no wildcard follows.
    if any(character in value for character in "*?\\") or span_of(value) is not None:
        return lexer.in_quotes(value)
    return value


class _Parser:
    def __init__(self, text: str, now: dt.datetime, zone: dt.tzinfo) -> None:
        self.text = text
        self.at = lexer.skip(text, 0)
        self.now = now
        self.zone = zone
        self.depth = 0

    # -- what joins

    def everything(self) -> Node:
        if self.at == len(self.text):
            return And(())
        node = self.either()
        if self.at < len(self.text):
            raise QueryError("There is no ( before this )", self.at, self.at + 1)
        return node

    def either(self) -> Node:
        nodes = [self.all_of()]
        while self.keyword("or"):
            nodes.append(self.all_of())
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def all_of(self) -> Node:
        nodes = [self.one()]
        while self.keyword("and") or self.goes_on():
            nodes.append(self.one())
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def goes_on(self) -> bool:
        """Whether something stands here that is joined by standing side by side."""
        ended = self.at == len(self.text) or self.text[self.at] == ")"
        return not ended and not self.is_next("or")

    def one(self) -> Node:
        """A predicate, a negation or a bracket."""
        self.depth += 1
        start = self.at
        if self.depth > _DEEPEST:
            raise QueryError(f"Brackets and nots may be {_DEEPEST} deep", start, start + 1)
        if self.keyword("not"):
            node: Node = Not(self.one())
        elif self.text.startswith("-", start):
            if start + 1 == len(self.text) or self.text[start + 1].isspace():
                raise QueryError("Expected what is not wanted right behind the -", start, start + 1)
            self.at += 1
            node = Not(self.one())
        elif self.text.startswith("(", start):
            self.step(start + 1)
            if self.text.startswith(")", self.at):
                raise QueryError("Expected a filter between ( and )", start, self.at + 1)
            node = self.either()
            if not self.text.startswith(")", self.at):
                raise QueryError("This ( has no )", start, start + 1)
            self.step(self.at + 1)
        else:
            node = self.predicate()
        self.depth -= 1
        return node

    def step(self, at: int) -> None:
        self.at = lexer.skip(self.text, at)

    def is_next(self, word: str) -> bool:
        end = self.at + len(word)
        return self.text[self.at : end].lower() == word and lexer.ends_well(self.text, end)

    def keyword(self, word: str) -> bool:
        if not self.is_next(word):
            return False
        self.step(self.at + len(word))
        return True

    # -- predicates

    def predicate(self) -> Node:
        start = self.at
        if start == len(self.text) or self.text[start] == ")" or self.is_next("or"):
            raise QueryError(
                "Expected a word or field:value", start, min(start + 2, len(self.text))
            )
        if self.is_next("and"):
            raise QueryError("Expected a word or field:value before and", start, start + 3)
        name = lexer.read_name(self.text, start)
        if name is not None and not self.is_plain(name):
            return self.named(name)
        part = self.part()
        if part.kind == "regex":
            return Pattern(part.text)
        if part.kind != "bare":
            return Word(part.text)
        meant = elsewhere_written(part.text)
        if meant:
            raise QueryError(f"Write {meant}; text goes in quotes", part.start, part.end)
        return _word(part.text)

    def is_plain(self, name: Name) -> bool:
        """Whether it only looks like a name: an ARN, an IPv6 address."""
        if len(name.keys) > 1 or name.quoted or name.operator != ":":
            return False
        if name.keys[0] == "arn":
            return self.text.startswith(_PARTITIONS, name.end)
        part = lexer.read_part(self.text, name.start)
        return part is not None and address_of(part.text) is not None

    def named(self, name: Name) -> Node:
        """A predicate with a name before it."""
        whole = name.keys[0]
        if len(name.keys) > 1 or name.quoted:
            known = top_level(whole)
            if whole.lower() in OTHERS or whole.lower() in FIELDS:
                known = None
            return self.path(name, (known or whole, *name.keys[1:]))
        word = whole.lower()
        if word in FIELDS:
            return self.field(name, FIELDS[word])
        if word in OTHERS:
            return self.other(name, word)
        known = top_level(word)
        if known is None:
            raise self.unknown(name)
        if known in COLUMNS:
            return self.field(name, COLUMNS[known])
        if known == "eventTime" and name.operator != ":":
            raise self.compared_time(name)
        return self.event_id(name) if known == "eventID" else self.path(name, (known,))

    def unknown(self, name: Name) -> QueryError:
        whole = name.keys[0]
        message = f'There is no field "{whole[:40]}"'
        near = nearest(whole, (*FIELDS, *OTHERS, *TOP_LEVEL))
        rest = lexer.read_part(self.text, name.end)
        if near:
            message += f": did you mean {near}?"
        elif name.operator == ":" and rest is not None and rest.kind == "bare":
            message += f": write event:{whole[:40]}:…, or put text in quotes"
        else:
            message += ": a path has a dot in it, text goes in quotes"
        return QueryError(message, name.start, name.end - len(name.operator))

    def other(self, name: Name, word: str) -> Node:
        if name.operator != ":":
            raise self.compared_time(name) if word == "time" else self.no_comparison(name)
        if word == "id":
            return self.event_id(name)
        if word == "is":
            return self.any_of(name, _is)
        if word == "text":
            return self.any_of(name, _text)
        such = "14:00..15:30 or 2026-01-31" if word == "time" else "2h or 2026-01-31"
        self.needs_value(name, f"a time, such as {such},")
        part = self.part()
        try:
            return time_of(word, part.text, self.now, self.zone)
        except TimeError as error:
            raise QueryError(str(error), part.start, part.end) from None

    def any_of(self, name: Name, make: Callable[[Part], Node]) -> Node:
        """One value or a list, each a predicate of its own."""
        nodes = tuple(map(make, self.parts(name)))
        return nodes[0] if len(nodes) == 1 else Or(nodes)

    def event_id(self, name: Name) -> Node:
        """Whole eventIDs are known to the index, parts of them only to the records."""
        if name.operator != ":":
            raise self.no_comparison(name)
        parts = self.parts(name)
        if all(part.kind != "regex" and is_uuid(part.text) for part in parts):
            ids = tuple(EventId(part.text) for part in parts)
            return ids[0] if len(ids) == 1 else Or(ids)
        return Path(("eventID",), tuple(self.value(part, False) for part in parts))

    def field(self, name: Name, field: str) -> Node:
        if name.operator != ":":
            raise self.no_comparison(name)
        parts = self.parts(name)
        address = field == "address"
        for part in parts:
            if field in ONE_WORD and part.kind == "bare" and "," in part.text:
                several = " ".join(filter(None, part.text.split(",")))
                message = f"Several values go in parentheses: {name.keys[0]}:({several})"
                raise QueryError(message, part.start, part.end)
        values = tuple(self.value(part, False, address) for part in parts)
        if field == "result":
            values = tuple(Exact("") if _is_ok(value) else value for value in values)
        return Field(field, values)

    def path(self, name: Name, keys: tuple[str, ...]) -> Node:
        if name.operator != ":":
            self.needs_value(name, "a number")
            part = self.part()
            return Path(keys, (_compare(name.operator, part.text, part),))
        return Path(keys, tuple(self.value(part, True) for part in self.parts(name)))

    @staticmethod
    def no_comparison(name: Name) -> QueryError:
        message = "Only numbers in the record compare, such as requestParameters.maxResults>100"
        return QueryError(message, name.end - len(name.operator), name.end)

    @staticmethod
    def compared_time(name: Name) -> QueryError:
        word = "after" if name.operator.startswith(">") else "before"
        message = f"Write {word}:2h or {word}:2026-01-31T12:00"
        return QueryError(message, name.end - len(name.operator), name.end)

    # -- values

    def needs_value(self, name: Name, what: str) -> None:
        at = name.end
        if at == len(self.text) or self.text[at].isspace() or self.text[at] in "()":
            raise QueryError(f"Expected {what} behind {name.operator}", name.start, at)
        self.at = at

    def parts(self, name: Name) -> list[Part]:
        """What stands behind the colon: one value, or several in brackets."""
        if not self.text.startswith("(", name.end):
            self.needs_value(name, "a value")
            return [self.part()]
        opening = name.end
        self.step(opening + 1)
        parts: list[Part] = []
        while not self.text.startswith(")", self.at):
            if self.at == len(self.text):
                raise QueryError("This ( has no )", opening, opening + 1)
            if self.text[self.at] == "(":
                raise QueryError(_LIST, self.at, self.at + 1)
            if self.is_next("or") and parts:
                self.step(self.at + 2)
                continue
            part = self.part()
            if part.kind == "bare" and (part.text[0] == "-" or part.text.lower() in ("and", "not")):
                message = "A list names values, any of which will do: put the - before the field"
                raise QueryError(message, part.start, part.end)
            parts.append(part)
        if not parts:
            raise QueryError(_LIST, opening, self.at + 1)
        self.step(self.at + 1)
        return parts

    def part(self) -> Part:
        """The next word, quoted text or regex, which is whole."""
        part = lexer.read_part(self.text, self.at)
        if part is None:
            raise QueryError("Expected a value", self.at, self.at + 1)
        end = part.end
        if not part.closed:
            if part.kind == "quoted":
                message = 'This " has no second one'
            else:
                message = 'A / begins a regex and needs a second one: "…" holds text with slashes'
            raise QueryError(message, part.start, end)
        if part.kind != "bare" and not lexer.ends_well(self.text, end):
            raise QueryError("Expected a space here", end, end + 1)
        if part.kind == "regex":
            try:
                compiled(part.text)
            except RegexError as error:
                at = min(part.start + 1 + error.position, end - 1)
                raise QueryError(str(error), at, end) from None
        self.step(end)
        return part

    @staticmethod
    def value(part: Part, compares: bool, address: bool = False) -> Value:  # noqa: FBT001
        """What a value means; `compares`: it may be a number's bound, `address`: a network."""
        if part.kind == "quoted":
            return Exact(part.text)
        if part.kind == "regex":
            return Regex(part.text)
        text = part.text
        if compares and text[0] in "<>":
            operator = text[:2] if text[1:2] == "=" else text[0]
            return _compare(operator, text[len(operator) :], part)
        if address and "/" in text and not has_wildcard(text):
            if span_of(text) is None:
                message = "Expected a network, such as 10.0.0.0/8 or 2001:db8::/32"
                raise QueryError(message, part.start, part.end)
            return Network(text)
        return bare_value(text)


def _is_ok(value: Value) -> bool:
    """Is it what lists of results call the empty one?"""
    return isinstance(value, Exact) and value.text.lower() == "ok"


def _word(text: str) -> Node:
    """A bare word: an eventID, a text, or with wildcards a text in which anything may stand."""
    if is_uuid(text):
        return EventId(text)
    value = bare_value(text)
    if isinstance(value, Exact):
        return Word(value.text)
    if isinstance(value, Glob):
        inside = Glob(f"*{value.pattern}*")
        return Or(tuple(Field(name, (inside,)) for name in WORD_FIELDS))
    return And(())


def _is(part: Part) -> Node:
    word = part.text.lower()
    if part.kind == "regex" or word not in FLAGS:
        near = nearest(word, IS)
        hint = f": did you mean {near}?" if near else f": expected {', '.join(IS[:_NAMED])}, …"
        raise QueryError(f"There is no is:{part.text[:40]}{hint}", part.start, part.end)
    return Is(word)


def _text(part: Part) -> Node:
    if part.kind == "regex":
        raise QueryError("Expected words: text: takes no regex", part.start, part.end)
    if not part.text:
        raise QueryError("Expected words behind text:", part.start, part.end)
    return Text(part.text)


def _compare(operator: str, text: str, part: Part) -> Compare:
    try:
        number = float(text) if part.kind == "bare" and "_" not in text else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise QueryError(f"Expected a number behind {operator}", part.start, part.end)
    return Compare(operator, number)
