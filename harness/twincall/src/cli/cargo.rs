//! `cargo twincall`: which package is meant is said as to any cargo command, by the current folder, `--manifest-path` or
//! `--package`; its folder is the project. Options that both have (`-q`, `-v`, `-j`, `--color`, `--target`) mean the same in both.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use super::{Exit, complain};

/// Options of cargo that are about fetching and the lock file. Nothing is fetched or locked here, so that they hold.
const HOLD_ANYWAY: [&str; 3] = ["--offline", "--locked", "--frozen"];

/// Runs the command line of this process as cargo calls it.
pub(super) fn main() -> ExitCode {
    match translate(std::env::args_os().collect()) {
        Ok(arguments) => super::run(arguments).into(),
        Err(error) => {
            complain(&error);
            Exit::Usage.into()
        }
    }
}

/// The command line without what only cargo knows, and with the project that it means.
fn translate(arguments: Vec<OsString>) -> Result<Vec<OsString>, String> {
    let mut given = arguments.into_iter();
    let mut translated: Vec<OsString> = given.next().into_iter().collect();
    let mut manifest: Option<PathBuf> = None;
    let mut package: Option<String> = None;
    let mut first = true;
    let mut rest = given.peekable();
    while let Some(argument) = rest.next() {
        // Cargo names the subcommand again.
        if std::mem::take(&mut first) && argument == "twincall" {
            continue;
        }
        let text = argument.to_string_lossy().into_owned();
        let mut value = |name: &str, short: Option<&str>| -> Result<Option<OsString>, String> {
            if let Some(value) = text.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
                return Ok(Some(value.into()));
            }
            if text == name || Some(text.as_str()) == short {
                let value = rest.next();
                return value.map(Some).ok_or_else(|| format!("{text} wants a value"));
            }
            Ok(None)
        };
        if let Some(path) = value("--manifest-path", None)? {
            manifest = Some(path.into());
        } else if let Some(name) = value("--package", Some("-p"))? {
            package = Some(name.to_string_lossy().into_owned());
        } else if !HOLD_ANYWAY.contains(&text.as_str()) {
            translated.push(argument);
        }
    }
    let has_root = |argument: &OsString| {
        let text = argument.to_string_lossy();
        text == "--root" || text.starts_with("--root=")
    };
    let takes_root = translated.get(1).is_some_and(|command| {
        let commands = ["check", "list", "show", "doctor", "diff", "timeline", "init"];
        commands.iter().any(|known| command == known)
    });
    if translated.iter().any(has_root) {
        if manifest.is_some() || package.is_some() {
            return Err("--root and cargo's options both name a project; give one of them".to_owned());
        }
    } else if takes_root && let Some(root) = root(manifest.as_deref(), package.as_deref())? {
        translated.push("--root".into());
        translated.push(root.into());
    }
    Ok(translated)
}

/// The folder of the package that cargo means, or `None` where there is none and nothing was asked for.
fn root(manifest: Option<&Path>, package: Option<&str>) -> Result<Option<PathBuf>, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    match package {
        Some(_) => command.args(["metadata", "--no-deps", "--format-version", "1"]),
        None => command.args(["locate-project", "--message-format", "plain"]),
    };
    if let Some(manifest) = manifest {
        command.arg("--manifest-path").arg(manifest);
    }
    let output = command
        .output()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    if !output.status.success() {
        if manifest.is_none() && package.is_none() {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(text.trim().trim_start_matches("error: ").to_owned());
    }
    let manifest = match package {
        None => PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()),
        Some(name) => {
            let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
                .map_err(|error| format!("cargo metadata is no JSON: {error}"))?;
            let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
            let found = packages
                .iter()
                .find(|package| package["name"] == name)
                .and_then(|package| package["manifest_path"].as_str());
            PathBuf::from(found.ok_or_else(|| format!("there is no package `{name}` in the workspace"))?)
        }
    };
    Ok(manifest.parent().map(Path::to_owned))
}

#[cfg(test)]
mod tests {
    use super::translate;

    fn translated(line: &str) -> Result<Vec<String>, String> {
        let words = line.split_whitespace().map(Into::into).collect();
        let words = translate(words)?;
        Ok(words
            .into_iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect())
    }

    #[test]
    fn the_package_is_the_project() {
        let here = env!("CARGO_MANIFEST_DIR");
        let root = |line: &str| translated(line).unwrap().last().cloned().unwrap();
        assert_eq!(root("cargo-twincall twincall check"), here);
        let harness = std::path::Path::new(here).parent().unwrap();
        let abi = harness.join("abi");
        let manifest = abi.join("Cargo.toml");
        let line = format!(
            "cargo-twincall twincall check --manifest-path {}",
            manifest.display()
        );
        assert_eq!(root(&line), abi.display().to_string());
        assert!(root("cargo-twincall twincall check -p twincall-abi").ends_with("harness/abi"));
    }

    #[test]
    fn what_only_cargo_knows_is_taken_out_and_the_rest_stays() {
        let line = "cargo-twincall twincall rules --offline --locked arity";
        assert_eq!(translated(line).unwrap(), ["cargo-twincall", "rules", "arity"]);
        let line = "cargo-twincall twincall check twincall --root x";
        let words = ["cargo-twincall", "check", "twincall", "--root", "x"];
        assert_eq!(translated(line).unwrap(), words);
    }

    #[test]
    fn contradictions_are_refused() {
        let both = "cargo-twincall twincall check --root x -p twincall-abi";
        assert!(translated(both).unwrap_err().contains("give one of them"));
        assert!(
            translated("cargo-twincall twincall check -p")
                .unwrap_err()
                .contains("wants a value")
        );
        let none = "cargo-twincall twincall check -p no-such-package";
        assert!(
            translated(none)
                .unwrap_err()
                .contains("no package `no-such-package`")
        );
    }
}
