"""The least that Textual can do: an app without anything, whose first paint others compare with."""

from __future__ import annotations

from textual.app import App

if __name__ == "__main__":
    App().run()
