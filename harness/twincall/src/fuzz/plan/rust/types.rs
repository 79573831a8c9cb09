//! Types as Rust writes them.

use super::{At, Stand, Writer};
use crate::fuzz::plan::model::{Callback, Convention, Length, Pointer, PointerForm, Scalar, Ty};
use crate::fuzz::plan::spelling::Spelling;

impl Writer<'_> {
    pub(super) fn ty(&mut self, ty: &Ty, at: At) -> String {
        let text = match ty {
            Ty::Void => return self.void(at),
            Ty::VaList => return "*mut c_void".to_owned(),
            Ty::Scalar(scalar) => self.scalar(*scalar, at),
            Ty::Pointer(pointer) => self.pointer(pointer, at),
            Ty::Array(element, length) => self.array(element, *length, at),
            Ty::Named(id) => match self.model.definition(*id) {
                Some(definition) => self.type_name(&definition.name),
                None => self.void(at),
            },
            Ty::Callback(callback) => self.callback(callback, at),
            Ty::Bits(bits) => Scalar::integer(bits.unit, false).rust().to_owned(),
        };
        // Lifetimes that a signature leaves out have no place in an alias, and a body has to know what it makes.
        let open = !text.contains('&') && at.stand != Stand::ResultOut;
        if open && self.style.takes(Spelling::TypeAlias, at.number()) {
            let name = self.type_name(&format!("alias{}", at.number()));
            self.once(&name, || format!("pub type {name} = {text};"));
            return name;
        }
        text
    }

    fn void(&mut self, at: At) -> String {
        if self.style.takes(Spelling::FullPath, at.number()) {
            "core::ffi::c_void".to_owned()
        } else {
            "c_void".to_owned()
        }
    }

    fn scalar(&mut self, scalar: Scalar, at: At) -> String {
        let word = self.word(scalar, at);
        let plain = !matches!(scalar, Scalar::RustChar | Scalar::NonZeroU32);
        if plain && at.depth == 0 && self.style.takes(Spelling::Newtype, at.number()) {
            let name = self.type_name(&format!("wrap{}", at.number()));
            self.once(&name, || {
                format!("#[repr(transparent)]\n#[derive(Clone, Copy)]\npub struct {name}(pub {word});")
            });
            return name;
        }
        word
    }

    fn word(&mut self, scalar: Scalar, at: At) -> String {
        let place = at.number();
        let long = matches!(scalar, Scalar::Long | Scalar::ULong | Scalar::Time);
        if long && self.style.takes(Spelling::LongByTarget, place) {
            let (letter, name) = if scalar == Scalar::ULong {
                ("u", "ulong")
            } else {
                ("i", "long")
            };
            let name = self.type_name(name);
            self.once(&name, || {
                format!(
                    "#[cfg(target_pointer_width = \"64\")]\npub type {name} = {letter}64;\n\
                     #[cfg(target_pointer_width = \"32\")]\npub type {name} = {letter}32;"
                )
            });
            return name;
        }
        let Some(ffi) = scalar.ffi() else {
            return scalar.rust().to_owned();
        };
        if self.style.takes(Spelling::FullPath, place) {
            let colons = if self.style.roll(4, place, 2) == 0 {
                "::"
            } else {
                ""
            };
            return format!("{colons}core::ffi::{ffi}");
        }
        if self.style.takes(Spelling::UseRename, place) {
            let name = format!("{}{ffi}", self.prefix);
            self.once(&name, || format!("use core::ffi::{ffi} as {name};"));
            return name;
        }
        if long || scalar == Scalar::Char || self.style.takes(Spelling::FfiName, place) {
            ffi.to_owned()
        } else {
            scalar.rust().to_owned()
        }
    }

    fn array(&mut self, element: &Ty, length: Length, at: At) -> String {
        let element = self.ty(element, at.deeper());
        let length = match length {
            Length::Known(length) => length,
            Length::Flexible => 0,
        };
        if length > 0 && self.style.takes(Spelling::NamedLength, at.number()) {
            let name = format!("{}LENGTH_{}", self.prefix.to_uppercase(), at.number());
            self.once(&name, || format!("pub const {name}: usize = {length};"));
            return format!("[{element}; {name}]");
        }
        format!("[{element}; {length}]")
    }

    fn pointer(&mut self, pointer: &Pointer, at: At) -> String {
        let chars = *pointer.to == Ty::Scalar(Scalar::Char) && !pointer.mutable;
        let to = if chars && self.style.takes(Spelling::BytesForChars, at.number()) {
            "u8".to_owned()
        } else {
            self.ty(&pointer.to, at.deeper())
        };
        let mutable = if pointer.mutable { "mut " } else { "" };
        match pointer.form {
            PointerForm::Free => {}
            PointerForm::Reference => {
                let lifetime = if at.stand == Stand::Param { "" } else { "'static " };
                return format!("&{lifetime}{mutable}{to}");
            }
            PointerForm::Slice => return format!("&{mutable}[{to}]"),
        }
        let complete = self.model.is_complete(&pointer.to) && !self.model.has_tail(&pointer.to);
        let place = at.number();
        let out = matches!(at.stand, Stand::ParamOut | Stand::ResultOut);
        if out && self.style.takes(Spelling::NonNull, place) {
            return format!("core::ptr::NonNull<{to}>");
        }
        // A reference promises a whole value behind it.
        if complete && at.stand == Stand::ParamOut && self.style.takes(Spelling::Reference, place) {
            return format!("&{mutable}{to}");
        }
        let param = matches!(at.stand, Stand::Param | Stand::ParamOut);
        if complete && param && self.style.takes(Spelling::OptionReference, place) {
            return format!("Option<&{mutable}{to}>");
        }
        if self.style.takes(Spelling::OptionNonNull, place) {
            return format!("Option<core::ptr::NonNull<{to}>>");
        }
        let mutable = match pointer.mutable {
            true => !self.style.takes(Spelling::ConstForMut, place),
            false => self.style.takes(Spelling::MutForConst, place),
        };
        format!("*{} {to}", if mutable { "mut" } else { "const" })
    }

    fn callback(&mut self, callback: &Callback, at: At) -> String {
        let place = callback.result.id;
        let named = self.style.takes(Spelling::NamedParams, place);
        let inside = |id| At {
            id,
            depth: 0,
            stand: Stand::Inside,
        };
        let mut params = Vec::new();
        for slot in &callback.params {
            let ty = self.ty(&slot.ty, inside(slot.id));
            params.push(if named { format!("{}: {ty}", slot.name) } else { ty });
        }
        let result = match &callback.result.ty {
            Ty::Void => String::new(),
            ty => format!(" -> {}", self.ty(ty, inside(place))),
        };
        let safe = if self.style.takes(Spelling::SafeFn, place) {
            ""
        } else {
            "unsafe "
        };
        let abi = self.abi(place);
        let tail = format!("fn({}){result}", params.join(", "));
        let text = match callback.convention {
            Convention::C => format!("{safe}extern \"{abi}\" {tail}"),
            Convention::Rust => format!("{safe}{tail}"),
            Convention::Win64 => {
                let name = self.type_name(&format!("callback{place}"));
                self.once(&name, || {
                    format!(
                        "#[cfg(target_arch = \"x86_64\")]\npub type {name} = {safe}extern \"win64\" {tail};\n\
                         #[cfg(not(target_arch = \"x86_64\"))]\npub type {name} = {safe}extern \"C\" {tail};"
                    )
                });
                name
            }
        };
        if callback.bare || at.stand == Stand::ParamOut && self.style.takes(Spelling::BareFn, place) {
            return text;
        }
        self.style.note(Spelling::OptionFn);
        format!("Option<{text}>")
    }
}
