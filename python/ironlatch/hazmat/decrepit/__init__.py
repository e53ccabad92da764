"""What is kept only for old data."""
