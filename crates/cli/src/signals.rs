//! Ending cleanly when interrupted.

use std::sync::Arc;

use ironlatch::recipes::files;
use ironlatch::secret::restore_terminal;
use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;

/// From now on, an interrupt first removes the temporary files of this process and gives the terminal its echo back, then
/// ends it as it would have.
///
/// A thread waits for the signals, because the work may be in the middle of a read that never returns. SIGHUP is left
/// alone, so that `nohup` works; on the usual file systems there is nothing to remove anyway.
pub(crate) fn clean_up_when_interrupted() {
    // Without a handler, a write past the limit on the size of files would end the process instead of failing.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
    // Without the handlers an interrupt ends the process all the same.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            restore_terminal();
            files::remove_temporaries();
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
}
