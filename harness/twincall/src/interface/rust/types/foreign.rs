//! Types of `core`, `std`, `alloc` and `libc`, known without their source.

use syn::GenericArgument;
use syn::spanned::Spanned as _;
use twincall_abi::types::Type;

use super::super::external;
use super::super::spelling::fold;
use super::{Place, Types, arguments, label};

impl Types<'_, '_> {
    /// The type that a path outside the file means.
    pub(super) fn external(
        &mut self,
        found: &[String],
        path: &syn::Path,
        place: &Place,
    ) -> Result<Type, String> {
        let Some(name) = found.last() else {
            return Err(format!("`{}` is not a type", fold(path)));
        };
        if found.len() > 1 && !found.first().is_some_and(|first| external::is_known_crate(first)) {
            return Err(format!("the type `{}` is not defined in this file", fold(path)));
        }
        if let Some(scalar) = external::scalar(name, self.target) {
            return Ok(scalar);
        }
        let arguments: Vec<syn::Type> = arguments(path)
            .into_iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect();
        let inner = place.deeper();
        let span = path.span();
        match (name.as_str(), arguments.as_slice()) {
            ("Option", [value]) => {
                let value = self.resolve(value, &inner)?;
                match self.nullable(&value) {
                    Some(nullable) => Ok(nullable),
                    None => {
                        let name = format!("Option<{}>", label(&value));
                        self.define_variants(name, vec![("None", None), ("Some", Some(value))], span)
                    }
                }
            }
            ("Result", [value, error]) => {
                let (value, error) = (self.resolve(value, &inner)?, self.resolve(error, &inner)?);
                let name = format!("Result<{}, {}>", label(&value), label(&error));
                self.define_variants(name, vec![("Ok", Some(value)), ("Err", Some(error))], span)
            }
            ("Box" | "NonNull", [pointee]) => self.pointer(pointee, true, false, &inner),
            ("AtomicPtr", [pointee]) => self.pointer(pointee, true, true, &inner),
            ("NonZero", [integer]) => match self.resolve(integer, &inner)? {
                Type::Integer {
                    bits,
                    signed,
                    spelling,
                } => Ok(Type::Integer {
                    bits,
                    signed,
                    spelling: format!("NonZero<{spelling}>"),
                }),
                other => Ok(other),
            },
            ("PhantomData", _) => Ok(self.define_empty("PhantomData", span)),
            ("PhantomPinned", _) => Ok(self.define_empty("PhantomPinned", span)),
            (
                "MaybeUninit" | "Cell" | "UnsafeCell" | "SyncUnsafeCell" | "ManuallyDrop" | "Wrapping"
                | "Saturating" | "Pin",
                [value],
            ) => self.resolve(value, &inner),
            _ => Ok(Type::Opaque(fold(path))),
        }
    }
}

impl Place {
    fn deeper(&self) -> Place {
        Place {
            depth: self.depth + 1,
            ..self.clone()
        }
    }
}
