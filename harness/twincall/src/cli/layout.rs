//! `layout`: types drawn byte by byte.

use clap::Args;
use super::Exit;

#[derive(Debug, Args)]
pub(super) struct LayoutArgs {
    what: Option<String>,
}

pub(super) fn layout(_: &LayoutArgs) -> Exit {
    Exit::Usage
}
