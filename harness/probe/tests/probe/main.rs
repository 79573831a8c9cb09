//! The probe on small C libraries: what is asked is done, and nothing that a fixture does costs more than its call.

mod calls;
mod hostile;
mod machine;
mod support;
