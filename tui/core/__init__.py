"""What an event is: no screen, no network, no threads."""
