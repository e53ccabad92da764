//! Ciphers, their paddings, and authenticated encryption.
