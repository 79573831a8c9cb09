//! Texts that no compiler has read yet: what they define, which names they use without saying where from, and which language
//! they are in. Whether they are right is for a compiler to say.

pub(crate) mod headers;
pub(crate) mod imports;
pub(crate) mod items;
pub(crate) mod language;
mod libc;
pub(crate) mod scan;
pub(crate) mod syntax;
pub(crate) mod units;
