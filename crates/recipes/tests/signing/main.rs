//! Signed requests, tokens and webhooks.

mod keys;
mod laws;
mod replay_file;
mod requests;
mod structured_fields;
mod tokens;
mod webhooks;
