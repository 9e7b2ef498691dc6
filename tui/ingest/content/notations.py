"""Records that were written down in another notation than JSON: a table, YAML, Python.

Search engines and query consoles export CSV with the record in one column; the AWS CLI writes YAML
when told so; a script prints Python. The record itself is mostly JSON in a text there: what the
notation does to a text (doubled quotes, folded lines, backslashes) is undone.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from tui.ingest.content import shapes
from tui.ingest.content.csv_rows import TRIED, is_log, record_cells
from tui.ingest.content.foreign import KEY
from tui.ingest.content.loose import UNFIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SNIFF = 1 << 16
_LARGEST_PYTHON, _MOST_SIGNS = 32 << 20, 4 << 20
"""Bytes of Python that are read; how many of them may be no text and no white space: for each of
those its parser takes up to 500 bytes of memory."""
_PYTHON = re.compile(rb"[\[(\s]{0,99}(?:\{\s{0,99}'|'\{)")
_PYTHON_TEXT = re.compile(rb"'(?:[^'\\\r\n]++|\\.)*+'|\"(?:[^\"\\\r\n]++|\\.)*+\"|\\.", re.DOTALL)
_UNPRINTED = re.compile(rb"''|[fF][rR]?'|[\"#]")
"""What Python does not print, where each text is a quote: comments, three quotes, f-strings."""
_PYTHON_END = re.compile(rb"\r\n?|\n")

_SPACE = b" \t\n\r\v\f"
_BASE64 = re.compile(rb"H4sI[A-Za-z0-9+/\s]*+=*\s*")
_STRING = re.compile(
    rb'(?<!\\)"(?=\s{0,9}[{\[]\s{0,9}\\[n"])[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?', re.DOTALL
)  # JSON with its quotes behind backslashes, on one line; the last quote may have been lost
_SIGNS = (b"eventName", b"eventSource", b"userIdentity")

_SCALAR = re.compile(rb"^[ \t]*(?:-[ \t]+)*([\w@.]+):[ \t]+(?='\{|\"\{)", re.MULTILINE)
_QUOTED = re.compile(rb"'([^']*+(?:''[^']*+)*+)'|\"([^\"\\]*+(?:\\.[^\"\\]*+)*+)\"", re.DOTALL)
_FOLD = re.compile(r"[ \t]*+(?:\r?\n(?:[ \t]*+\r?\n)*+[ \t]*+)|[ \t]++")
"""Ends of lines with the white space around them, or a run of white space that has none: such a
run is passed over as a whole, not looked through from each of its places."""
_ESCAPE = re.compile(
    r"\\(\r?\n[ \t]*|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|" + _FOLD.pattern
)
_MEANS = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f"}
_MEANS |= {"v": "\v", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029"}


def values(content: bytes) -> Iterator[tuple[int, bytes]] | None:
    """Each value in such a notation as JSON, with the byte at which it stands.

    None where it is none, or holds no records. A text that cannot be read may be among them.
    """
    readers = (_whole_string, record_cells, _yaml, _base64, _strings)
    for reader in (_python,) if content[:1] in (b"{", b"[", b"(") else readers:
        found = reader(content)
        if found is None:
            continue
        first = list(islice(found, TRIED))
        if any(is_log(text) for _, text in first):
            return chain(first, found)
    return None


def _whole_string(content: bytes) -> Iterator[tuple[int, bytes]] | None:
    """JSON that was encoded once more: a text in quotes, and nothing else."""
    if content[:1] != b'"' or content[-1:] != b'"':
        return None
    try:
        text = shapes.text_of(content)
        while text[:1] == '"':
            text = shapes.text_of(text.encode("utf-8", "surrogatepass"))
    except UNFIT:
        return None
    return iter([(0, text.encode("utf-8", "surrogatepass"))])


def _base64(content: bytes) -> Iterator[tuple[int, bytes]] | None:
    """What CloudWatch Logs handed to a function, taken out of its envelope."""
    if not _BASE64.fullmatch(content):
        return None
    return iter([(0, b'"%b"' % content.translate(None, _SPACE))])


def _strings(content: bytes) -> Iterator[tuple[int, bytes]] | None:
    """Records in strings, with backslashes before their quotes, in lines of any kind."""
    first = _STRING.search(content, 0, _SNIFF)
    if first is None or b'"' in content[: first.start()]:
        return None  # JSON, or the rest of it
    return _with_rests(
        content,
        (
            (one.start(), one.end(), one[0] if any(sign in one[0] for sign in _SIGNS) else b"")
            for one in _STRING.finditer(content)
        ),
    )


def _with_rests(
    content: bytes, texts: Iterable[tuple[int, int, bytes]]
) -> Iterator[tuple[int, bytes]]:
    """Texts (where each begins and ends) and what else looks like a record: one that was damaged.

    A quote that was lost makes what is in quotes and what is between them change places.
    """
    at = 0
    for start, end, text in chain(texts, [(len(content), len(content), b"")]):
        if KEY.search(content, at, start):
            at = max(at, content.find(b"{", at, start))
            yield at, content[at:start]
        if text:
            yield start, text
        at = end


def _python(content: bytes) -> Iterator[tuple[int, bytes]] | None:
    """What Python prints of dictionaries and lists, one or several."""
    if not _PYTHON.match(content) or len(content) > _LARGEST_PYTHON or not _is_printed(content):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd backslashes, on the screen
            statements = ast.parse(content).body
        plain = [(one, _plain(one.value)) for one in statements if isinstance(one, ast.Expr)]
        texts = [(one, json.dumps(value, ensure_ascii=False)) for one, value in plain]
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return _placed(content, texts)


def _is_printed(content: bytes) -> bool:
    """May Python have printed this? Then it is mostly texts, and its parser can be let at it."""
    bare = _PYTHON_TEXT.sub(b"'", content)
    signs = len(bare.translate(None, b"'" + _SPACE))
    return signs <= _MOST_SIGNS and not _UNPRINTED.search(bare)


def _placed(content: bytes, texts: list[tuple[ast.Expr, str]]) -> Iterator[tuple[int, bytes]]:
    """The JSON of each statement with the byte at which that begins."""
    ends = _PYTHON_END.finditer(content)
    line, start = 1, 0
    for one, text in texts:
        while line < one.lineno:
            line, start = line + 1, next(ends).end()
        yield start + one.col_offset, text.encode("utf-8", "surrogatepass")


def _plain(node: ast.expr) -> Any:
    """The value of a literal; of a call, such as `datetime.datetime(…)`, its text."""
    if isinstance(node, ast.Dict):
        keys = [str(_plain(key)) if key else "" for key in node.keys]
        return dict(zip(keys, map(_plain, node.values), strict=True))
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return [_plain(item) for item in node.elts]
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, bytes):
            return value.decode("utf-8", "replace")
        return value if value is None or isinstance(value, str | int | float) else str(value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = _plain(node.operand)
        if type(number) in (int, float):
            return -number
    return ast.unparse(node)


def _yaml(content: bytes) -> Iterator[tuple[int, bytes]] | None:
    """The quoted texts at one key of a YAML document: that at which there is a record first."""
    if not _SCALAR.search(content, 0, _SNIFF):
        return None
    for _, _, key, text in islice(_scalars(content), TRIED):
        if is_log(text):
            scalars = _scalars(content)
            texts = ((at, end, text if key == name else b"") for at, end, name, text in scalars)
            return _with_rests(content, texts)
    return None


def _scalars(content: bytes) -> Iterator[tuple[int, int, bytes, bytes]]:
    """The texts in quotes: where each begins and ends, its key, the text."""
    at = 0
    while (found := _SCALAR.search(content, at)) is not None:
        start = found.end()
        quoted = _QUOTED.match(content, start)
        if quoted is None:  # it ends too early
            yield start, len(content), found[1], content[start + 1 :]
            return
        at = quoted.end()
        single, double = quoted.groups()
        text = (single if double is None else double).decode("utf-8", "surrogateescape")
        if double is None:
            text = _FOLD.sub(_unfolded, text).replace("''", "'")
        else:
            text = _ESCAPE.sub(_unescaped, text)
        yield start, at, found[1], text.encode("utf-8", "surrogateescape")


def _unfolded(fold: re.Match[str]) -> str:
    """A line's end within a text stands for a space, n ends for n - 1 of them."""
    if "\n" not in fold[0]:
        return fold[0]
    return "\n" * (fold[0].count("\n") - 1) or " "


def _unescaped(found: re.Match[str]) -> str:
    escape = found[1]
    if escape is None:
        return _unfolded(found)
    if escape[-1] in "\n \t" and escape.strip() == "":
        return "" if "\n" in escape else escape
    if len(escape) > 1:
        code = int(escape[1:], 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    return _MEANS.get(escape, escape)
