//! Gives functions that a relocatable wasm object imports other names, and so the undefined symbols that have theirs.
//!
//! `wasm-ld --wrap` redirects only those calls whose type is that of the definition, where caller and definition are linked at
//! once: for any other it has already put a trap in its place. Where the import has a name of its own there is no definition
//! to be compared with.

use thiserror::Error;
use wasm_encoder::reencode::{Reencode as _, RoundtripReencoder};
use wasm_encoder::{EntityType, ImportSection, Module, RawSection};
use wasmparser::{Parser, Payload};

/// Where the linker has what nothing defines come from.
pub(crate) const MODULE: &str = "env";

/// Why an object's imports have no other names.
#[derive(Debug, Error)]
pub enum RenameError {
    #[error(transparent)]
    Parse(#[from] wasmparser::BinaryReaderError),
    #[error(transparent)]
    Encode(#[from] wasm_encoder::reencode::Error),
}

/// The object with the functions imported for which `rename` has a name under that name, from the module `env` whatever the
/// declaration says. Every other section stays as it is,
/// byte by byte: relocations count from the beginning of their own.
pub(super) fn rename_imports(
    object: &[u8],
    rename: impl Fn(&str) -> Option<String>,
) -> Result<Vec<u8>, RenameError> {
    let mut renamed = Module::new();
    for payload in Parser::new(0).parse_all(object) {
        let payload = payload?;
        if let Payload::ImportSection(section) = payload {
            let mut imports = ImportSection::new();
            for import in section.into_imports() {
                let import = import?;
                let ty = RoundtripReencoder.entity_type(import.ty)?;
                let name = match ty {
                    EntityType::Function(_) => rename(import.name),
                    _ => None,
                };
                match name {
                    Some(name) => imports.import(MODULE, &name, ty),
                    None => imports.import(import.module, import.name, ty),
                };
            }
            renamed.section(&imports);
        } else if let Some((id, range)) = payload.as_section() {
            renamed.section(&RawSection {
                id,
                data: &object[range],
            });
        }
    }
    Ok(renamed.finish())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;
    use std::process::Command;

    use super::*;

    /// An object of C in a folder.
    fn object(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
        let [source, object] = ["c", "o"].map(|end| folder.join(name).with_extension(end));
        std::fs::write(&source, text).unwrap();
        let status = Command::new("clang-22")
            .args(["--target=wasm32-unknown-unknown", "-O1", "-g", "-c", "-o"])
            .args([&object, &source])
            .status();
        assert!(status.unwrap().success());
        object
    }

    #[test]
    fn what_is_not_renamed_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let text = "int f(int); extern int data; int g(void) { return f(data); }";
        let bytes = std::fs::read(object(folder.path(), "caller", text)).unwrap();
        let same = rename_imports(&bytes, |_| None).unwrap();
        let sections = |bytes: &[u8]| -> Vec<(u8, Vec<u8>)> {
            let all = Parser::new(0).parse_all(bytes).map(Result::unwrap);
            all.filter_map(|payload| payload.as_section())
                .map(|(id, range)| (id, bytes[range].to_vec()))
                .collect()
        };
        // The linker does not mind in how many bytes a number is written.
        let without_imports = |bytes: &[u8]| {
            let mut all = sections(bytes);
            all.retain(|(id, _)| *id != 2);
            all
        };
        assert_eq!(without_imports(&same), without_imports(&bytes));
        assert_eq!(sections(&same).len(), sections(&bytes).len());
        assert!(rename_imports(&bytes[..bytes.len() / 2], |_| None).is_err());
    }

    #[test]
    fn a_call_by_another_type_goes_to_the_new_name() {
        let folder = tempfile::tempdir().unwrap();
        let caller = object(
            folder.path(),
            "caller",
            "long long f(long long); long long g(void) { return f(1) + f(2); }",
        );
        let callee = object(folder.path(), "callee", "int f(int a, int b) { return a + b; }");
        let bytes = std::fs::read(&caller).unwrap();
        let renamed = rename_imports(&bytes, |name| (name == "f").then(|| "tapped".to_owned())).unwrap();
        std::fs::write(&caller, renamed).unwrap();
        let module = folder.path().join("module.wasm");
        let output = Command::new("wasm-ld-22")
            .args([
                "--no-entry",
                "--export=f",
                "--export=g",
                "--allow-undefined",
                "-o",
            ])
            .args([&module, &caller, &callee])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.is_empty(), "{said}");
        let module = std::fs::read(module).unwrap();
        let mut imports = Vec::new();
        let mut exports = BTreeSet::new();
        for payload in Parser::new(0).parse_all(&module) {
            match payload.unwrap() {
                Payload::ImportSection(section) => {
                    imports.extend(
                        section
                            .into_imports()
                            .map(|import| import.unwrap().name.to_owned()),
                    );
                }
                Payload::ExportSection(section) => {
                    exports.extend(section.into_iter().map(|export| export.unwrap().name.to_owned()));
                }
                _ => {}
            }
        }
        assert_eq!(imports, ["tapped"]);
        assert!(exports.contains("f") && exports.contains("g"), "{exports:?}");
    }
}
