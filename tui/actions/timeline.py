"""The actions that concern the timeline."""

from __future__ import annotations

from typing import Final

from tui.actions.kinds import PANES, TIMELINE, action, group

TIME: Final = group(
    "Timeline",
    action(
        "timeline",
        "i",
        "Timeline",
        "Show how many events there were over time, and how many failed; again: hide it.",
        PANES,
    ),
    action(
        "zoom_out",
        "[",
        "Zoom out",
        "More time in the timeline; with all of it in view, over S3, load the day before.",
        PANES,
    ),
    action("zoom_in", "]", "Zoom in", "Less time in the timeline, around the cursor.", PANES),
    action(
        "bar_left",
        "left, h",
        "Bar to the left",
        "To the previous bar; the list follows.",
        (TIMELINE,),
    ),
    action(
        "bar_right",
        "right, l",
        "Bar to the right",
        "To the next bar; the list follows.",
        (TIMELINE,),
    ),
    action(
        "select_span",
        "space, v",
        "Choose a span",
        "Begin a span at this bar, or drop it; the left and right keys extend it.",
        (TIMELINE,),
        hint="span",
    ),
    action(
        "only_span",
        "=, enter",
        "Only this time",
        "Only events of this bar, or of the span.",
        (TIMELINE,),
        hint="only",
    ),
    action(
        "exclude_span",
        "!",
        "Without this time",
        "Without the events of this bar, or of the span.",
        (TIMELINE,),
        hint="without",
    ),
)
