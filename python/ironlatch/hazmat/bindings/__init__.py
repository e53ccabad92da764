"""In the peer this binds OpenSSL. Ironlatch has no OpenSSL: only the names that other packages
import remain.
"""
