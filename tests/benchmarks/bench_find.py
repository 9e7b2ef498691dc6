"""How long finding takes on the screen: filters, fields, texts in records, search, order, time."""

from __future__ import annotations

import shutil
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks.bench_awake import awake
from tests.benchmarks.bench_find_loop import bare, ripgrep
from tests.benchmarks.bench_find_screen import (
    ESCAPE,
    FILTER,
    FRAME,
    MISSING,
    OF,
    Finder,
)
from tests.benchmarks.bench_ground import middle, warm
from tests.benchmarks.bench_memory import await_rest
from tests.benchmarks.bench_report import Line, Remark
from tests.benchmarks.bench_screen import await_listed
from tests.benchmarks.bench_terminal import Screen
from tui.core.query.names import FACETS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from tests.benchmarks.bench_find_screen import Answer
    from tests.benchmarks.bench_ground import Ground

FILTER_MS, FACET_MS, KEY_MS, SORT_MS, TIMELINE_MS = 50, 50, 60, 300, 20
BARE_LOOPS, RIPGREP_TIMES, FIRST_HIT_MS = 1.4, 4.0, 300
MEMORY_MB = 300
DEPTH, DEEPER = 20, 1.5

# Of each kind as many as there are rounds: what was asked before might be remembered.
KINDS: dict[str, tuple[str, ...]] = {
    "a word": ("deploy", "lambda", "archive", "console", "stage"),
    "two words": ("billing prod", "search dev", "risk test", "ops prod", "crm stage"),
    "a glob": ("target:*prod*", "target:*dev-*", "who:*deploy*", "target:bill*e", "object:*log*"),
    "a regex": ("/quer(y|ies)/", "/^(ops|crm)-/", "/[0-9a-f]{8}$/", "/Instances?$/", "/-v[12]/"),
    "a field's regex": (
        "target:/-[a-f]{2,}/",
        "who:/^[a-z]+$/",
        "event:/^(Get|List)[A-F]/",
        "target:/a{2}/",
        "key:/^ASIA.*Z$/",
    ),
    "a list": (
        "service:(iam sts kms)",
        "event:(GetObject PutObject)",
        "region:(us-* eu-*)",
        "error:(AccessDenied Client.*)",
        "service:(s3 ec2)",
    ),
    "a network": (
        "ip:10.0.0.0/8",
        "ip:203.0.113.0/24",
        "ip:192.0.2.0/26",
        "ip:2001:db8::/32",
        "-ip:198.51.100.0/24",
    ),
    "a time": (
        "time:2026-01-10..2026-01-12",
        "time:2026-01-05",
        "after:2026-01-20T12:00",
        "before:2026-01-03",
        "-time:2026-01-07",
    ),
    "a flag": ("is:denied", "is:human", "is:moved", "is:public or is:shared", "is:write"),
    "a negation": (
        "-is:aws -service:s3",
        "-who:terraform*",
        "-event:(Get* List* Describe*)",
        "not result:denied",
        "-region:us-east-1",
    ),
    "presence": ("error:*", "object:*", "-key:*", "newkey:*", "note:*"),
    "alternatives": (
        "is:root or (service:iam is:write) or target:*secret*",
        "service:s3 or error:*",
        "who:ci* or ip:10.0.0.0/8 or is:denied",
        "(is:write -is:aws) or is:console",
        "account:1* or region:eu-*",
    ),
}
COMMON = "event:DescribeInstances region:(us-east-1 us-east-2 us-west-1 us-west-2 ap-south-1)"
"""Leaves about 10,000 of a million events."""
RARE = "requestParameters.instancesSet.items.instanceId:i-0{}*"
"""Only the records tell; one in sixteen of the common ones holds each."""
NEEDLES = (slice(None), slice(1, None), slice(None, -1), slice(2, None), slice(1, -1))
"""Parts of the needle: other texts that the same events hold."""
VARIED = ("", "-result:throttled", "-service:ses", "-service:acm", "-event:ListTagsForResource")
"""Filters that leave nearly all: what was counted for one says nothing of the next."""
WORDS = ("deploy", "secret", "bucket", "create", "prod-a")
LENSES = "89051"
TYPED = ("is:denied who:ci", "target:*prod*", "service:(iam st", "ip:10.0.0.0/8 e", "-region:us-e")


def run(ground: Ground) -> Iterator[Line | Remark]:
    """One screen with the trail, and everything in turn; what it is compared with in between."""
    folder, truth = ground.trail()
    warm(folder)
    with Screen(["-m", "tui", str(folder)], ground.home()) as screen:
        await_listed(screen, truth["events"])
        await_rest(screen)
        finder = Finder(screen)
        finder.press(b"k")  # ends following
        finder.settle()
        with awake():
            yield from _filters(ground, finder)
            yield from _facets(ground, finder)
            yield from _first_hits(ground, finder)
        yield from _texts(ground, finder, folder, truth)
        with awake():
            yield from _search(ground, finder)
            yield from _sort(ground, finder)
            yield from _timeline(ground, finder)
            yield from _deep(ground, finder)
        settled = finder.weigh()
        yield Line(
            "find: memory after all of it",
            max(settled, finder.most),
            MEMORY_MB,
            "MB",
            note=f"{settled:.0f} at rest",
        )


def slowest(name: str, times: dict[str, list[float]], bound: float) -> Line:
    """The line of what took longest, by its median."""
    by_time = sorted(times, key=lambda kind: middle(times[kind]), reverse=True)
    worst = middle(times[by_time[0]])
    if worst == MISSING:
        return Line(name, None, bound, "ms", note=f"not answered: {by_time[0]}")
    told = ", ".join(f"{kind} {middle(times[kind]):.0f}" for kind in by_time[:3])
    typical = middle([each for found in times.values() for each in found])
    return Line(name, worst, bound, "ms", note=f"slowest: {told}; median of all {typical:.0f}")


def typing(name: str, keys: Sequence[Answer]) -> Line:
    """The line of keys that were typed into a prompt."""
    times = [key.ms for key in keys]
    missing = times.count(MISSING)
    size = middle([key.size for key in keys])
    note = f"{len(keys)} keys, {max(times):.0f} at most; {size / 1000:.1f} KB"
    if missing:
        return Line(name, None, KEY_MS, "ms", note=f"{missing} of {len(keys)} not answered")
    return Line(name, middle(times), KEY_MS, "ms", note=note)


# What the index answers


def _filters(ground: Ground, finder: Finder) -> Iterator[Line]:
    on: dict[str, list[float]] = {kind: [] for kind in (*KINDS, "a lens")}
    off: dict[str, list[float]] = {kind: [] for kind in on}
    for number in range(ground.rounds):
        for kind, texts in KINDS.items():
            on[kind].append(finder.filter(texts[number]).ms)
            off[kind].append(finder.undo().ms)
        on["a lens"].append(finder.press(LENSES[number].encode(), OF).ms)
        finder.settle()
        off["a lens"].append(finder.undo().ms)
    yield slowest("find: an indexed filter, from Enter", on, FILTER_MS)
    yield slowest("find: … taken back", off, FILTER_MS)
    typed = [key for text in TYPED[: ground.rounds] for key in finder.type(FILTER, text)]
    yield typing("find: a key in the filter's prompt", typed)


def _facets(ground: Ground, finder: Finder) -> Iterator[Line]:
    took: dict[str, list[float]] = {field: [] for field in FACETS}
    for text in VARIED[: ground.rounds]:
        if text:
            finder.filter(text)
        for field in (*FACETS[1:], FACETS[0]):
            took[field].append(finder.ask(b"F", field, rb"\xc2\xb7 (by )?count").ms)
            finder.settle()
        finder.press(ESCAPE)  # from the sidebar to the list
        finder.settle()
        if text:
            finder.undo()
    yield slowest("find: another field in the sidebar", took, FACET_MS)


# What only records tell


def _first_hits(ground: Ground, finder: Finder) -> Iterator[Line]:
    left = finder.filter(COMMON).left
    found = []
    for digit in "6b3d9"[: ground.rounds]:
        found.append(finder.look(RARE.format(digit)))
        finder.undo()
    finder.undo()
    firsts = [look.first * 1000 for look in found]
    counts = ", ".join(str(look.left) for look in found)
    yield Line(
        "find: a path's first hits",
        None if MISSING in firsts else middle(firsts),
        FIRST_HIT_MS,
        "ms",
        note=f"behind a filter that leaves {left:,}; all of {counts} in "
        f"{middle([look.done for look in found]):.2f} s",
    )


def _texts(
    ground: Ground, finder: Finder, folder: Path, truth: dict[str, Any]
) -> Iterator[Line | Remark]:
    needle, wanted = truth["needle"], len(truth["needles"])
    rg = shutil.which("rg") is not None
    looks, loops, rips = [], [], []
    for number in range(ground.rounds):
        part = needle[NEEDLES[number]]
        look = finder.look(f'text:"{part}"')
        finder.undo()
        if look.left != wanted:
            note = f"{look.left} of {wanted} events were listed for {part}"
            yield Line("find: a text in all records", None, BARE_LOOPS, "bare loops", note=note)
            return
        looks.append(look.done)
        loops.append(bare(part, folder)["seconds"])
        if rg and number % 2 == 0:  # it takes long; every other round is enough
            rips.append(ripgrep(part, folder))
    finder.look(f'text:"{needle[2:-2]}"', weigh=True)
    finder.undo()
    yield Line(
        "find: a text in all records",
        median(one / other for one, other in zip(looks, loops, strict=True)),
        BARE_LOOPS,
        "bare loops",
        note=f"{middle(looks):.2f} s for {wanted} events; the loop {middle(loops):.2f} s",
    )
    if rg:
        yield Line(
            "find: … beside rg -z -i",
            median(other / one for one, other in zip(looks[::2], rips, strict=True)),
            RIPGREP_TIMES,
            "times as fast",
            at_least=True,
            note=f"rg {middle(rips):.1f} s",
        )
    else:
        yield Remark("find: … beside rg -z -i", "rg is not here")


# Search, order, time


def _search(ground: Ground, finder: Finder) -> Iterator[Line]:
    words = WORDS[: ground.rounds]
    keys = [key for word in words for key in finder.type(b"/", word, pause=3 * FRAME)]
    yield typing("find: a key of a search", keys)


def _sort(ground: Ground, finder: Finder) -> Iterator[Line]:
    took: dict[str, list[float]] = {"up": [], "down": [], "by time": []}
    for text in VARIED[: ground.rounds]:
        if text:
            finder.filter(text)
        for found in took.values():
            found.append(finder.press(b".", rb"\d\d:\d\d:\d\d").ms)
            finder.settle()
        if text:
            finder.undo()
    yield slowest("find: the order of another column", took, SORT_MS)


def _timeline(ground: Ground, finder: Finder) -> Iterator[Line]:
    took: dict[str, list[float]] = {"shown": [], "zoom": []}
    for text in VARIED[: ground.rounds]:
        if text:
            finder.filter(text)
        for name, key in (("shown", b"i"), ("zoom", b"]")):
            took[name].append(finder.press(key, b"a bar is").ms)
            finder.settle()
        finder.press(b"i")
        finder.settle()
        if text:
            finder.undo()
    yield slowest("find: the timeline", took, TIMELINE_MS)


def _deep(ground: Ground, finder: Finder) -> Iterator[Line]:
    texts = KINDS["a flag"][: ground.rounds]
    alone = []
    for text in texts:
        alone.append(finder.filter(f"{text} or is:omitted").ms)
        finder.undo()
    for number in range(DEPTH):
        finder.filter(f"-event:Unheard{number}", b"")  # the title stays as it is
    deep = []
    for text in texts:
        deep.append(finder.filter(f"{text} or is:undated").ms)
        finder.undo()
    for _ in range(DEPTH):
        finder.undo()
    yield Line(
        f"find: a filter behind {DEPTH} others",
        median(one / other for one, other in zip(deep, alone, strict=True)),
        DEEPER,
        "first filters",
        note=f"{middle(deep):.0f} ms",
    )
