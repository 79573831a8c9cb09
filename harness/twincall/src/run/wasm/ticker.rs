//! Counts time for all instances of an engine: a thread that advances the engine's epoch.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use wasmtime::Engine;

/// Time limits are kept to about this much.
const TICK: Duration = Duration::from_millis(5);

/// Ends and joins its thread when it is dropped.
pub(super) struct Ticker {
    /// Nothing is ever sent: the thread ends when this end of the channel is gone.
    alive: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    pub(super) fn start(engine: Engine) -> io::Result<Self> {
        let (alive, dropped) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("wasm-ticker".to_owned())
            .spawn(move || {
                while dropped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                    engine.increment_epoch();
                }
            })?;
        Ok(Ticker {
            alive: Some(alive),
            thread: Some(thread),
        })
    }

    /// The epoch deadline for a time limit, never less than the limit.
    pub(super) fn ticks(timeout_ms: u64) -> u64 {
        // The tick that is under way when the call starts does not count.
        timeout_ms.div_ceil(TICK.as_millis() as u64).max(1) + 1
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.alive = None;
        if let Some(thread) = self.thread.take() {
            // The thread cannot panic, and there would be nothing left to do about it.
            let _ = thread.join();
        }
    }
}
