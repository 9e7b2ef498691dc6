"""The processes beside the screen: who forks them, who looks for files, who reads and fetches."""
