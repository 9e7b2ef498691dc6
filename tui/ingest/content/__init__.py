"""An object's bytes to whole records: unpacked, of any shape, and what broken ones still hold."""
