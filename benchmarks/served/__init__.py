"""A site behind its real server, and who asks it."""
