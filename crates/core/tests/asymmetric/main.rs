//! Public-key algorithms.

mod dh;
mod dsa;
mod ec;
mod ec_wycheproof;
mod edwards_and_montgomery;
mod hpke;
mod post_quantum;
mod rsa;
mod rsa_keys;
mod slh_dsa;
