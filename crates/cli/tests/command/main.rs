//! The command, run as a process.

mod cert;
mod common;
mod encrypt;
mod hash;
mod inspect;
mod keyring;
mod password;
mod pin;
mod random;
mod requests;
mod rotate;
mod secret;
mod ssh;
mod tokens;
mod webhooks;
