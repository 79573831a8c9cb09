//! The probe on small C libraries: what is asked is done, and nothing that a fixture does costs more than its call.

mod calls;
mod forged;
mod hostile;
mod machine;
mod support;
