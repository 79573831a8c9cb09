//! Bad input of every kind: the error is clear, the other cases still run, nothing is lost. Each test runs the real
//! binary on a small project of its own.

mod bombs;
mod cache;
mod command_line;
mod hostile;
mod libraries;
mod mends;
mod process;
mod project;
mod reports;
mod sources;
mod tools;
mod unchecked;
