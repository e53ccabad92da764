"""Public-key cryptography."""
