"""What stands here in the peer binds OpenSSL. Ironlatch has no OpenSSL: only the names that other packages import remain."""
