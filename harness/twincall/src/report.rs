//! What a run found, in each form in which it is shown, and reading it again.

pub mod causes;
pub mod format;
pub mod github;
pub mod html;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod read;
pub mod results;
pub mod sarif;
