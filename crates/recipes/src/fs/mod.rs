//! Files: [`NewFile`] appears whole or not at all, [`InterruptibleFile`] can be a pipe that gives
//! nothing for a while, and the rest is for files that the library opens by itself: locks and
//! stores next to a user's files, and files with keys in them.
//!
//! One rule holds for those. A file under such a name is used only if it is an ordinary file, no
//! link and without a second name, belongs to the process's own user, to root, or to the owner
//! of its directory, and nobody else can write to it. All of this is asked of the open file, never
//! of the name. What is made has mode 0600.
//!
//! The directory itself is trusted: anyone who may rename files in it, such as its owner, can
//! replace any file. In a directory such as `/tmp`, where everyone can make files but not rename
//! those of others, a planted file is recognized by its owner and refused.

mod interruptible;
mod lock;
mod new_file;
mod own;
mod secret;

pub use interruptible::InterruptibleFile;
pub use ironlatch_core::secret::is_exposed;
pub use lock::{Attempt, FileLock};
pub(crate) use new_file::directory_of;
pub use new_file::{Access, Existing, NewFile, commit_together, remove_temporaries};
pub use own::{open_own, prepare_own};
pub use secret::{check_secret, exposure};
