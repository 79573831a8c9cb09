//! The process in which native fixture code runs: it reads one batch of calls and answers each with an outcome.
//!
//! Three generations share the work, so that a fixture can only ever end the youngest:
//!
//! ```text
//! guard    reads the batch, forks the server, answers for it should it die
//! └ server forks a child for each group, learns from the kernel how it ended, writes the outcomes
//!   └ child loads the libraries (their constructors run here) and makes the calls of the group at one go; should
//!           anything go wrong, the results are thrown away and the group is made again call by call, the rest after a
//!           failed call in a new child
//! ```
//!
//! Only children ever have code of a fixture in their memory. What they write is what calls showed, and code in the same
//! process can forge it; that a call crashed, or ended its process, is the status that the kernel gives to the server.
//!
//! Messages are postcard behind a 32-bit little-endian length: one [`twincall_abi::run::Batch`] in, one
//! [`twincall_abi::run::Outcome`] out for each call, in the order of the batch. The tool checks what the
//! libraries depend on before it asks for them; nothing is judged here.

#![expect(
    unsafe_code,
    reason = "fork, signals, shared memory and foreign code are what this process is for"
)]

mod burst;
mod call;
mod child;
mod crash;
mod guard;
mod load;
mod machine;
mod process;
mod server;
mod shared;
mod wire;

use std::process::ExitCode;

/// Statuses: 0 every call was answered; 65 the batch could not be read; 74 answers could not be written;
/// 71 the system refused what the probe needs.
fn main() -> ExitCode {
    match guard::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => ExitCode::from(error.status()),
    }
}
