//! The history of a keyring: changes and their times.

use core::fmt;

use super::VersionId;

/// The most changes that a keyring remembers: the oldest go first. The dates of versions stay with
/// the versions.
pub const MAX_HISTORY: usize = 10_000;

/// The kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// A key was created with its first version.
    Created,
    /// A version was added that is not primary yet.
    Added,
    /// A new version was made primary.
    Rotated,
    /// A version that was there was made primary.
    Promoted,
    /// A version was disabled.
    Disabled,
    /// A version was enabled again.
    Enabled,
    /// A version's key was wiped.
    Destroyed,
    /// A version came from elsewhere.
    Imported,
    /// The key was written out in another format.
    Exported,
    /// The keyring was put under another passphrase, key or provider.
    Rewrapped,
}

const ACTIONS: [(Action, &str); 10] = [
    (Action::Created, "created"),
    (Action::Added, "added"),
    (Action::Rotated, "rotated"),
    (Action::Promoted, "promoted"),
    (Action::Disabled, "disabled"),
    (Action::Enabled, "enabled"),
    (Action::Destroyed, "destroyed"),
    (Action::Imported, "imported"),
    (Action::Exported, "exported"),
    (Action::Rewrapped, "rewrapped"),
];

impl Action {
    /// Its name: `created`, `rotated` …
    #[must_use]
    pub fn name(self) -> &'static str {
        ACTIONS.iter().find(|(action, _)| *action == self).map_or("", |(_, name)| name)
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        ACTIONS.iter().find(|(_, own)| *own == name).map(|(action, _)| *action)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One change of a keyring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When, in seconds since 1970, by the clock of who did it.
    pub time: u64,
    /// The kind of a change.
    pub action: Action,
    /// To which key. None for the keyring as a whole.
    pub key: Option<String>,
    /// To which version.
    pub version: Option<VersionId>,
    /// The author, as they named themselves.
    pub actor: Option<String>,
    /// Why, as he said.
    pub note: Option<String>,
}
