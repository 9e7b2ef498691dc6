"""cloudtrail-tui: a terminal log browser for AWS CloudTrail."""

__version__ = "0.1.0"
