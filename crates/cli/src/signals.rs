//! Ending cleanly when interrupted.

use std::sync::Arc;

use ironlatch::recipes::{fs, terminal};
use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;

/// Makes an interrupt from now on first remove the temporary files of this process and restore the
/// terminal's echo, and then end the process as usual.
///
/// A thread waits for the signals, because the work may be in a read that never returns. SIGHUP is
/// ignored, so that `nohup` works; on the usual file systems there is nothing to remove anyway.
pub(crate) fn clean_up_when_interrupted() {
    // Without a handler, a write past the limit on file sizes would end the process instead of
    // failing.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
    // Without the handlers an interrupt still ends the process.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            terminal::restore();
            fs::remove_temporaries();
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
}
