//! Public-key algorithms.
