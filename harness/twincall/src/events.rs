//! What the library tells while it works. It prints nothing itself: whoever uses it decides who hears of what.

use std::fmt;
use std::sync::Arc;

use twincall_abi::target::Target;

/// Something that takes so long that a user wants to hear of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// Rust's libraries for a target are built from source, once for each compiler.
    BuildsLibraries {
        target: Target,
        crates: &'static str,
        compiler: String,
    },
    /// They are there, after so many seconds.
    BuiltLibraries {
        target: Target,
        crates: &'static str,
        seconds: u64,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::BuildsLibraries {
                target,
                crates,
                compiler,
            } => write!(
                f,
                "building {crates} for {} with {compiler} (once)",
                target.triple()
            ),
            Event::BuiltLibraries {
                target,
                crates,
                seconds,
            } => write!(f, "built {crates} for {} in {seconds} s", target.triple()),
        }
    }
}

/// What hears of events.
type Hear = dyn Fn(&Event) + Send + Sync;

/// Who hears of events; nobody by default.
#[derive(Clone, Default)]
pub struct Events(Option<Arc<Hear>>);

impl Events {
    /// Has a function hear of them. Threads that work side by side call it at the same time.
    pub fn to(hear: impl Fn(&Event) + Send + Sync + 'static) -> Events {
        Events(Some(Arc::new(hear)))
    }

    pub(crate) fn send(&self, event: &Event) {
        if let Some(hear) = &self.0 {
            hear(event);
        }
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Events"
        } else {
            "Events(nobody)"
        })
    }
}
