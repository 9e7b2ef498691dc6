"""S3 as it is spoken: real clients against a server on this machine."""
