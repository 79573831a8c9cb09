//! Declarations in whose types a macro stands: the compiler itself is asked what it expands to.

use syn::visit::Visit;
use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use super::{BuildError, Builder};
use crate::cache::{Contents, KeyBuilder};
use crate::command::{RustCall, RustProduct};
use crate::directive::OptLevel;
use crate::discover::Case;
use crate::interface::rust::{RustSource, read_source};

const EXPANDED: &str = "expanded.rs";

impl Builder<'_> {
    /// Puts in the place of refused items those that the expanded source has. What cannot be expanded stays refused.
    pub(super) fn expand(
        &self,
        case: &Case,
        target: Target,
        source: &mut RustSource,
    ) -> Result<(), BuildError> {
        if source.interface.refused.is_empty() || !has_macro_types(&case.rust.text) {
            return Ok(());
        }
        let call = RustCall {
            edition: case.rust.directives.edition.unwrap_or_default(),
            flags: &case.rust.directives.flags,
            unstable: true,
            // A type is the same for both targets unless a macro asks which it is, and only this one always has a library.
            ..RustCall::new(self.rust, Target::X86_64LinuxGnu, RustProduct::Expanded)
        };
        let mut call = call.tool_call();
        call.run_in(self.root).file(self.root.join(&case.rust.path));
        let mut key = KeyBuilder::new("expanded");
        call.add_to(&mut key).add(&case.rust.text);
        let entry = self.cache.get_or_make(&key.key(), || {
            // A source that does not compile is told as such by its build.
            let printed = self
                .compile(&call, Side::Rust, target, OptLevel::NONE)
                .unwrap_or_default();
            let mut contents = Contents::default();
            contents.files.insert(EXPANDED.to_owned(), printed.into_bytes());
            Ok::<_, BuildError>(contents)
        })?;
        let text = entry.read(EXPANDED)?;
        let Ok(expanded) = read_source("", &String::from_utf8_lossy(&text), target) else {
            return Ok(());
        };
        let interface = &mut source.interface;
        interface.refused.retain(|refusal| {
            let Some(function) = expanded.interface.function(&refusal.symbol) else {
                return true;
            };
            let mut function = function.clone();
            function.location = refusal.location.clone();
            interface.functions.push(function);
            false
        });
        for definition in expanded.interface.types {
            if interface.type_definition(&definition.name).is_none() {
                interface.types.push(definition);
            }
        }
        Ok(())
    }
}

fn has_macro_types(text: &str) -> bool {
    #[derive(Default)]
    struct Seen(bool);
    impl<'ast> Visit<'ast> for Seen {
        fn visit_type_macro(&mut self, _: &'ast syn::TypeMacro) {
            self.0 = true;
        }
    }
    let mut seen = Seen::default();
    if let Ok(file) = syn::parse_file(text) {
        seen.visit_file(&file);
    }
    seen.0
}

#[cfg(test)]
mod tests {
    use super::has_macro_types;

    #[test]
    fn a_macro_in_a_type_is_seen_and_one_elsewhere_is_not() {
        assert!(has_macro_types(
            "extern \"C\" { fn f(a: pick!(u32, u64)) -> [pick!(u8); 2]; }"
        ));
        assert!(!has_macro_types("fn f() { println!(\"{}\", 1); }"));
    }
}
