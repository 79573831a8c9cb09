//! `init`: a first pair, its configuration and a workflow, in a folder that has none of them.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Exit, complain, print};

/// What is written, by its path in the project.
const FILES: [(&str, &str); 4] = [
    ("c-fixtures/first.c", include_str!("init/first.c")),
    ("rust-fixtures/first.rs", include_str!("init/first.rs")),
    ("twincall.toml", include_str!("init/twincall.toml")),
    (".github/workflows/abi.yml", include_str!("init/abi.yml")),
];

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The folder to start the project in
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

pub(super) fn init(arguments: &InitArgs) -> Exit {
    let root = &arguments.root;
    // All or nothing: half a project would be in the way of the next attempt.
    if let Some((path, _)) = FILES.iter().find(|(path, _)| root.join(path).exists()) {
        complain(&format!(
            "`{}` is there already; nothing was written",
            root.join(path).display()
        ));
        return Exit::Incomplete;
    }
    for (path, text) in FILES {
        let path = root.join(path);
        if let Err(error) = write(&path, text) {
            complain(&format!("cannot write `{}`: {error}", path.display()));
            return Exit::Incomplete;
        }
        print(&format!("wrote {}\n", path.display()));
    }
    let place = match root == Path::new(".") {
        true => String::new(),
        false => format!(" {}", crate::text::quote(&root.display().to_string())),
    };
    print(&format!(
        "`twincall check{place}` compares the pair, `twincall check{place} --bless` keeps what it finds\n"
    ));
    Exit::Expected
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = File::options().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}
