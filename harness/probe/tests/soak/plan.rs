//! Which calls a soak makes, and what must be seen of each.

use twincall_abi::run::{Call, Ending, Fixup, Group, Outcome, SymbolIn, Word};

use crate::support::{FREE, RESULT, call};

/// How a driver of the libraries ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Expected {
    Returned,
    Signal(&'static str),
    /// With the call's number, modulo 100.
    Exited,
    TimedOut,
    Unknown,
}

/// A driver: the library it is in, its name, how it ends.
pub(crate) type Driver = (u32, &'static str, Expected);

pub(crate) const FINE: Driver = (0, "fine", Expected::Returned);
pub(crate) const SEGV: Driver = (0, "segv", Expected::Signal("SIGSEGV"));
pub(crate) const SETS_A_JUMP: Driver = (0, "sets_a_jump", Expected::Returned);
pub(crate) const JUMPS_BACK: Driver = (0, "jumps_back", Expected::Returned);

/// Calls that end their process at once.
pub(crate) const CRASHES: [Driver; 13] = [
    SEGV,
    (0, "jumps_to_nowhere", Expected::Signal("SIGSEGV")),
    (0, "bus", Expected::Signal("SIGBUS")),
    (0, "fpe", Expected::Signal("SIGFPE")),
    (0, "ill", Expected::Signal("SIGILL")),
    (0, "trap", Expected::Signal("SIGTRAP")),
    (0, "aborts", Expected::Signal("SIGABRT")),
    (0, "overflow", Expected::Signal("SIGSEGV")),
    (0, "kills_itself", Expected::Signal("SIGKILL")),
    (0, "exits", Expected::Exited),
    (0, "exits_at_once", Expected::Exited),
    (1, "throws", Expected::Signal("SIGABRT")),
    (2, "panics", Expected::Signal("SIGABRT")),
];

/// Calls that come back, whatever they did.
pub(crate) const RETURNING: [Driver; 4] = [FINE, (0, "prints", Expected::Returned), SETS_A_JUMP, JUMPS_BACK];

/// Calls that cost more time than others, and are made seldom.
pub(crate) const SLOW: [Driver; 6] = [
    (0, "spins", Expected::TimedOut),
    (0, "sleeps", Expected::TimedOut),
    (0, "stops_itself", Expected::TimedOut),
    (0, "closes_all", Expected::Returned),
    (0, "leaves_a_child", Expected::Returned),
    (0, "kills_the_server", Expected::Unknown),
];

/// The mark that the driver of a call leaves.
fn mark(id: u32) -> u32 {
    id ^ 0x5a5a_5a5a
}

/// The calls of these drivers in groups of this many, numbered from 0.
pub(crate) fn groups(drivers: &[Driver], size: usize) -> Vec<Group> {
    let mut calls = drivers
        .iter()
        .zip(0..)
        .map(|((library, name, _), id)| numbered(id, *library, name));
    let mut groups = Vec::new();
    loop {
        let calls: Vec<Call> = calls.by_ref().take(size).collect();
        if calls.is_empty() {
            return groups;
        }
        groups.push(Group { calls });
    }
}

fn numbered(id: u32, library: u32, name: &str) -> Call {
    let mut call = call(id, name);
    call.driver = SymbolIn {
        library,
        symbol: name.to_owned(),
    };
    call.fixups = vec![Fixup {
        at: 0,
        word: Word::Arena { offset: FREE },
    }];
    call.arena[FREE as usize..FREE as usize + 4].copy_from_slice(&id.to_le_bytes());
    call
}

/// What is wrong with an outcome, if it is not what this driver does in the call with this number.
pub(crate) fn fault(id: u32, (_, name, expected): Driver, outcome: &Outcome) -> Option<String> {
    let wrong = |what: String| Some(format!("call {id}, {name}: {what}"));
    if outcome.id != id {
        return wrong(format!("answered by that of call {}", outcome.id));
    }
    let as_expected = match (&outcome.ending, expected) {
        (Ending::Returned, Expected::Returned) => true,
        (Ending::Crashed { signal, address, .. }, Expected::Signal(wanted)) => {
            let carries = matches!(name, "segv" | "jumps_to_nowhere");
            *signal == wanted && (!carries || *address == Some(0x10000 + u64::from(id)))
        }
        (Ending::Exited { status }, Expected::Exited) => i64::from(*status) == i64::from(id % 100),
        (Ending::TimedOut, Expected::TimedOut) => true,
        // A server that is killed takes the arena along.
        (Ending::Unknown { .. }, Expected::Unknown) => return None,
        _ => false,
    };
    if !as_expected {
        let address = match &outcome.ending {
            Ending::Crashed { address, .. } => *address,
            _ => None,
        };
        return wrong(format!("{}, address {address:x?}", kind(&outcome.ending)));
    }
    let at = RESULT as usize;
    let found = outcome.arena.get(at..at + 4).map(<[u8]>::to_vec);
    if found != Some(mark(id).to_le_bytes().to_vec()) {
        return wrong(format!("its mark is {found:?}"));
    }
    let printed = String::from_utf8_lossy(&outcome.output);
    let own = format!("call {id}");
    let as_printed = match name {
        "prints" | "aborts" => printed == own,
        "panics" => printed.contains(&format!("{own}\n")) && printed.matches("call ").count() == 1,
        // The C++ runtime says which exception it was.
        "throws" => !printed.contains("call "),
        _ => printed.is_empty(),
    };
    if !as_printed {
        return wrong(format!("it printed {printed:?}"));
    }
    None
}

/// What a call's ending is counted as.
pub(crate) fn kind(ending: &Ending) -> String {
    match ending {
        Ending::Returned => "returned".to_owned(),
        Ending::Crashed { signal, .. } => signal.clone(),
        Ending::Exited { .. } => "exited".to_owned(),
        Ending::TimedOut => "timed out".to_owned(),
        Ending::Unknown { .. } => "not known, the server was killed".to_owned(),
        Ending::Refused { .. } => "refused".to_owned(),
        Ending::NotLoaded { .. } => "the library was not loaded".to_owned(),
        Ending::Trapped { .. } => "trapped".to_owned(),
    }
}
