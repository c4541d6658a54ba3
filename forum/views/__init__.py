"""What answers the addresses below /forum/."""
