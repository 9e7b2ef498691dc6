"""Help: the keys of the pane where it was asked for, then all others, from the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions.registry import (
    LIST,
    PANES,
    READING,
    SIDEBAR,
    TIMELINE,
    TREE,
    described,
    groups,
    places_of,
    shown,
    split_scope,
)
from tui.core.query.help import explained, field_names
from tui.ui.screens.reading import ReadingScreen
from tui.ui.widgets.reader import Paragraph

if TYPE_CHECKING:
    from tui.actions.registry import Action
    from tui.ui.keymap import Keymap

_PANES = {
    LIST: "In the list",
    TREE: "In the record",
    SIDEBAR: "In the sidebar",
    TIMELINE: "In the timeline",
    READING: "On this screen",
}
_KEYS = 20
_FORMS = 36
_SIGNS = (
    ("denied failed", "the call was refused, or failed; absent: a read that found nothing"),
    ("*", "before an event: it changes something"),
    ("~", "before an event: it reads a secret or takes on an identity"),
    ("a dim row", "an AWS service did it by itself"),
    ("target ← note", "what was acted on, and what about it is worth knowing"),
    ("••••", "a secret, masked"),
    ("␛ ‹U+202E›", "a character that could act on the terminal, shown instead of sent"),  # noqa: RUF001
)


class HelpScreen(ReadingScreen):
    """Every key, the nearest first."""

    def __init__(self, keymap: Keymap, scope: str) -> None:
        super().__init__(keymap, "Help", help_text(keymap, scope))

    def action_help(self) -> None:
        """The key that opened it closes it."""
        self.dismiss()


def help_text(keymap: Keymap, scope: str) -> list[Paragraph]:
    """The paragraphs of the help screen for someone who stands in `scope`."""
    found = [Paragraph(_PANES[scope], "heading")]
    own = [
        action
        for _, actions in groups()
        for action in actions
        if scope in action.scopes and len(action.scopes) < len(PANES)
    ]
    found += [_line(keymap, action, scope) for action in own]
    for group, actions in groups():
        rest = [action for action in actions if action not in own]
        if rest:
            found += [Paragraph(""), Paragraph(group, "heading")]
            found += [_line(keymap, action, "") for action in rest]
    found += [Paragraph(""), Paragraph("What a filter may say", "heading")]
    found += [
        Paragraph(text.replace("`", ""), label=form, label_width=_FORMS)
        for form, text in explained()
    ]
    found.append(Paragraph(field_names(), label="fields", label_width=_FORMS))
    found += [Paragraph(""), Paragraph("What the list shows", "heading")]
    found += [Paragraph(text, label=sign, label_width=_KEYS) for sign, text in _SIGNS]
    return found


def _line(keymap: Keymap, action: Action, scope: str) -> Paragraph:
    keys = keymap.keys_of(action.id)
    if scope:
        keys = tuple(key for key in keys if split_scope(key)[0] in ("", scope))
        label = " ".join(shown(key) for key in keys)
    else:
        label = " ".join(key for key, _ in places_of(keys))
    text = action.description if scope else described(action)
    return Paragraph(text, label=label or "(no key)", label_width=_KEYS)
