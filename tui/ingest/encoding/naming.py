"""Targets out of request parameters: where to look is worked out once for each set of names.

A `Recipe` says where to look. The first place mostly holds plain text, and a caller that meets
one needs no more than a look-up; `Namer.walk` goes on from there, through the shapes that hold
just one name: `{"instancesSet": {"items": [{"instanceId": …}]}, "filterSet": {}}`. Whatever has
several names, or another shape, goes to `target_from`, which knows all shapes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tui.core.rules.call import call_name
from tui.core.rules.entering import entered_account
from tui.core.rules.event import needs_rich
from tui.core.rules.exposure import is_acl_header, needs_content, opens_by_header
from tui.core.rules.flags import Flag, sensitive_by_content, sensitive_record
from tui.core.rules.note import note_of
from tui.core.rules.target import (
    EVERYTHING,
    MAX_OBJECT,
    OMITTED,
    is_read,
    is_self_read,
    read_target,
    shorten,
    target_from,
)
from tui.core.rules.target_fields import is_filter, is_s3, steps_of
from tui.core.rules.values import MAX_KEYS, request_parameters, value_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.ingest.encoding import typed
    from tui.ingest.encoding.vocabulary import Names, Texts

    Path = tuple[str, ...]

CONTEXT = "encryptionContext"
_INSIDE = f"{CONTEXT}."
_MAX_RECIPES = 10_000
"""Distinct sets of parameter names that are remembered for one call: a hostile trail has more."""
_MAX_FILTERS = 10_000
_HANDS_OUT = ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")
_MAX_KEY = 128
NO_RESOURCES = (b"", b"null", b"[]")
_SENSITIVE = int(Flag.SENSITIVE)
CANNED = ("x-amz-acl",)
ROLE = "roleArn"
"""The parameter of a `hands_out` call whose account its note names."""


class Recipe(NamedTuple):
    """Where a call with certain parameters names its target."""

    first: str = ""
    """The parameter that names it if it is plain text; "" if there is none."""
    inner: str = ""
    """The name in the encryptionContext that does so instead."""
    object: str = ""
    """The parameter with the key of the object in an S3 bucket."""
    paths: tuple[Path, ...] = ()
    """All places in requestParameters, the best first."""
    filters: tuple[str, ...] = ()
    """The parameters that are looked at when none of those names anything."""
    complete: bool = False
    """The answer names nothing: what remains is to tell from the call itself."""
    headers: tuple[str, ...] = ()
    """Headers that may open a bucket or an object; then only the whole record tells."""
    nested: bool = False
    """An encryptionContext is among the parameters: the names in it count too."""
    everything: int = 0
    """The target's code where it is everything, unless the record has resources."""
    known: bool = True
    """Its names suffice; else `target_from` is asked each time."""


Place = tuple[str, str, str, str, int]
"""A Recipe's `first`, `inner`, `object`, its one header and `everything`: all that the encoder
needs for the shapes that nearly all events have."""


class Kind(NamedTuple):
    """What a call lets us know without its whole record."""

    service: str
    event: str
    call: str
    """The call without an API version."""
    failed: bool
    reads: bool
    self_read: bool
    by_parameters: bool
    """Its note and its flags follow from the parameters."""
    hands_out: bool
    """Its note is the access key that its answer hands out, and the account of its role."""
    recipes: dict[tuple[str, ...], Recipe]
    """By the parameters' names."""
    nested: dict[tuple[Path, Path], Recipe]
    """The same by those names and the names in the encryptionContext."""
    quick: dict[tuple[str, ...], Any] | None
    """By the parameters' names a Place, or by the names in the encryptionContext a dict of them;
    None for calls that have more to tell than their target."""


def kind_of(service: str, event: str, failed: bool) -> Kind | None:  # noqa: FBT001
    """The Kind of an API call; None: only the whole record tells."""
    call = call_name(event)
    opens = needs_content(service, event)
    by_parameters = sensitive_by_content(service, call) and not opens
    hands_out = call in _HANDS_OUT and not opens
    if needs_rich(service, event) and not by_parameters and not hands_out:
        return None
    reads, self_read = is_read(call), is_self_read(call)
    quick: dict[tuple[str, ...], Any] | None = None if by_parameters or hands_out else {}
    return Kind(
        service, event, call, failed, reads, self_read, by_parameters, hands_out, {}, {}, quick
    )


def told_by_parameters(kind: Kind, params: Any) -> tuple[str, int]:
    """Note and flags of a call of which `by_parameters` is true."""
    record = {
        "eventSource": kind.service,
        "eventName": kind.event,
        "requestParameters": params,
    }
    return note_of(record), _SENSITIVE if sensitive_record(record) else 0


def key_of(r: typed.Record) -> str | None:
    """The key that the answer of a `hands_out` call hands out, None if that is not plain."""
    answer = r.responseElements
    if answer is None:
        return ""
    credentials = None if isinstance(answer, str) else answer.credentials
    key = credentials.accessKeyId if credentials is not None else None
    return key if key and len(key) <= _MAX_KEY else None


def entered_by(r: typed.Record) -> str:
    """The other account into which a `hands_out` call leads."""
    params = request_parameters({"requestParameters": r.requestParameters})
    return entered_account(params, r.errorMessage, r.recipientAccountId or "")


def place_of(recipe: Recipe) -> Place | None:
    """The Place of a recipe, None where it takes more."""
    headers = recipe.headers
    if not recipe.known or (headers and headers != CANNED):
        return None
    if not (recipe.first or recipe.inner or recipe.everything):
        return None
    header = headers[0] if headers else ""
    return recipe.first, recipe.inner, recipe.object, header, recipe.everything


class Namer:
    """Finds targets and gives their codes: 0 where only the whole record tells."""

    def __init__(self, targets: Texts, names: Names, who: Callable[[int], str]) -> None:
        """`who` is the name of an origin."""
        self._targets = targets
        self._names = names
        self._who = who
        self._selves: dict[int, int] = {}  # origin → target
        self._filter_keys: dict[tuple[str, ...], tuple[str, str]] = {}
        self._headers: dict[tuple[str, str], bool] = {}

    def recipe(self, kind: Kind, params: dict[str, Any]) -> Recipe:
        """Work out, and remember, where such a call names its target."""
        keys = tuple(params)
        if any(key.startswith(_INSIDE) for key in keys):
            found = Recipe(known=False)  # it only looks like a name within the context
        else:
            found = Recipe(nested=True) if CONTEXT in params else self._recipe(kind, keys)
        if len(kind.recipes) < _MAX_RECIPES:
            kind.recipes[keys] = found
        return found

    def _recipe(self, kind: Kind, keys: tuple[str, ...]) -> Recipe:
        found = recipe_of(kind, keys)
        all_told = found.known and found.complete
        named = found.paths or found.filters or found.headers or kind.failed or kind.self_read
        if all_told and kind.reads and not named:
            return found._replace(everything=self._targets[EVERYTHING])
        return found

    def walk(
        self,
        kind: Kind,
        recipe: Recipe,
        params: dict[str, Any],
        r: typed.Record,
        origin: int,
    ) -> int:
        """The target's code, with all the shapes that are not plain text at the first place."""
        if not recipe.known:
            return self.slow(kind, r)
        for path in recipe.paths:
            value = params[path[0]] if len(path) == 1 else value_at(params, path)
            text = only_text(value)
            if text is None:
                return 0 if recipe.object else self.slow(kind, r)
            if text:
                code = self._names[text]
                if code:
                    return code
        if not recipe.complete or recipe.object:
            return 0
        for key in recipe.filters:
            value = params[key]
            if value:
                found = self._by_filter(key, value)
                if found is None:
                    return self.slow(kind, r)
                if found:
                    return found
        return self._by_call(kind, r, origin)

    def slow(self, kind: Kind, r: typed.Record) -> int:
        """The target's code out of parameters of any shape."""
        bare = bytes(r.resources) in NO_RESOURCES
        told = target_from(kind.service, kind.event, r.requestParameters, kind.failed, bare=bare)
        if told is None or told.object or told.name == OMITTED:
            return 0
        return self._targets[told.name]

    def _by_call(self, kind: Kind, r: typed.Record, origin: int) -> int:
        """The target of a read that names nothing: the caller, or everything."""
        if not kind.reads or bytes(r.resources) not in NO_RESOURCES:
            return 0
        if not kind.failed and kind.self_read:
            known = self._selves.get(origin)
            if known is None:
                known = self._targets[read_target(kind.call, "", self._who(origin))]
                self._selves[origin] = known
            return known
        if kind.failed and r.responseElements is not None:
            return 0
        message = (r.errorMessage or "") if kind.failed else ""
        return self._targets[read_target(kind.call, message, self._who(origin))]

    def _by_filter(self, key: str, value: Any) -> int | None:
        """Of one filter with one value, "" if it names nothing; None: it is another shape."""
        if type(value) is str:
            short = shorten(value) if key.lower().endswith("prefix") else ""
            return self._targets[f"{key}={short}"] if short else 0
        if type(value) is dict:
            value = value.get("items") if len(value) == 1 else None
            if value == []:
                return 0
        if type(value) is not list or len(value) != 1 or type(value[0]) is not dict:
            return None
        item = value[0]
        keys = tuple(item)
        fields = self._filter_keys.get(keys)
        if fields is None:
            fields = _filter_keys(keys)
            if len(self._filter_keys) < _MAX_FILTERS:
                self._filter_keys[keys] = fields
        name = item[fields[0]] if fields[0] else None
        told = only_text(item[fields[1]]) if fields[1] else ""
        if told is None:
            return None
        if type(name) is not str or not name or not told:
            return 0
        short = shorten(told)
        return self._targets[f"{shorten(name)}={short}"] if short else 0

    def nested(self, kind: Kind, params: dict[str, Any]) -> Recipe:
        """The recipe of a call whose encryptionContext counts too."""
        context = params[CONTEXT]
        names = context if type(context) is dict else ()
        keys = tuple(params), tuple(names)
        known = kind.nested.get(keys)
        if known is None:
            known = self._recipe(kind, (*params, *[f"{CONTEXT}.{key}" for key in names]))
            if len(kind.nested) < _MAX_RECIPES:
                kind.nested[keys] = known
        return known

    def opens(self, headers: tuple[str, ...], params: dict[str, Any]) -> bool:
        """Whether one of these headers lets somebody in."""
        for key in headers:
            value = params[key]
            if type(value) is not str:
                return True
            known = self._headers.get((key, value))
            if known is None:
                known = opens_by_header(key, value)
                if len(value) <= MAX_OBJECT and len(self._headers) < _MAX_FILTERS:
                    self._headers[key, value] = known
            if known:
                return True
        return False


def recipe_of(kind: Kind, keys: tuple[str, ...]) -> Recipe:
    """Where such a call with parameters of these names has its target."""
    headers = tuple(key for key in keys if is_acl_header(key))
    if len(keys) > MAX_KEYS or "omitted" in keys or any(key.endswith("Request") for key in keys):
        return Recipe(headers=headers, known=False)
    paths: list[Path] = []
    complete = True
    for step in steps_of(kind.service, kind.event, keys):
        if step.kind == "request":
            paths.append(step.path)
        elif step.kind != "created" or not kind.failed:
            complete = False
            break
    first = paths[0] if paths else ()
    return Recipe(
        first=first[0] if len(first) == 1 else "",
        inner=first[1] if len(first) == 2 else "",
        object="key" if is_s3(kind.service) and "key" in keys else "",
        paths=tuple(paths),
        filters=tuple(key for key in keys if is_filter(key) and not key.startswith(_INSIDE)),
        complete=complete,
        headers=headers,
    )


def _filter_keys(keys: Sequence[str]) -> tuple[str, str]:
    """The names, as they stand, of a filter's name and of its values."""
    fields = {key.lower(): key for key in keys}
    name = fields.get("name", fields.get("key", ""))
    values = next((fields[k] for k in ("valueset", "values", "value") if k in fields), "")
    return name, values


def only_text(value: Any) -> str | None:
    """The one text in a value of containers that hold one thing each, "" if it is empty.

    None where there is more, or another type: then the rules for all shapes must be asked.
    """
    for _ in range(5):
        kind = type(value)
        if kind is str:
            return value  # type: ignore[no-any-return]
        if kind is dict:
            if len(value) != 1:
                return None if value else ""
            (value,) = value.values()
        elif kind is list:
            if len(value) != 1:
                return None if value else ""
            value = value[0]
        else:
            return "" if value is None or kind is bool else None
    return None
