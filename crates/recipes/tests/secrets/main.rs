//! Secrets made, sealed, shown once and pinned.

mod laws;
mod made;
mod passwords;
mod pinning;
mod sealing;
mod show_once;
