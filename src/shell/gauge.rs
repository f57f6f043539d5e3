//! A gauge of long work: how many bytes have passed, on a terminal only.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Shell;

/// Less than this is over before anybody looks.
const LONG: u64 = 32 << 20;

/// A gauge of bytes.
pub(crate) struct Gauge(ProgressBar);

impl Shell {
    /// A gauge of `total` bytes of `what`. It draws nothing where nobody looks: for short work, into a pipe, in silence.
    pub(crate) fn gauge(&self, what: &str, total: u64) -> Gauge {
        // A bar that draws to stderr hides itself where that is no terminal.
        if self.global.quiet || total < LONG {
            return Gauge::hidden();
        }
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
        let style = ProgressStyle::with_template(
            "  {msg}  {decimal_bytes} of {decimal_total_bytes}  {decimal_bytes_per_sec}  {eta} left",
        );
        let bar = match style {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        };
        bar.set_message(holdpoint_core::name::escaped(what));
        bar.enable_steady_tick(Duration::from_millis(250));
        Gauge(bar)
    }
}

impl Gauge {
    /// A gauge that draws nothing.
    pub(crate) fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// So many bytes more have passed.
    pub(crate) fn passed(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}

impl Drop for Gauge {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
