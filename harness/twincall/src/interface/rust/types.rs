//! From the types a fixture writes to the vocabulary: aliases opened, generics instantiated, pointers told apart.
//!
//! Struct, union and enum definitions are in [`definitions`], types of other crates in [`foreign`].

use std::collections::BTreeMap;

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{BareFnArg, GenericArgument, PathArguments};
use twincall_abi::interface::{Convention, Parameter, Signature, SourceLocation};
use twincall_abi::target::Target;
use twincall_abi::types::{Type, TypeDefinition};

use super::attributes;
use super::consts::{Constants, IntegerType};
use super::scope::{Found, LocalItem, Scope, Space, names};
use super::spelling::fold;

mod definitions;
mod foreign;

/// Aliases and instantiations inside one another; deeper ones go on without end.
const MAX_DEPTH: u32 = 48;

/// Turns syntax into types and collects the definitions they reach.
#[derive(Debug)]
pub(super) struct Types<'a, 's> {
    pub(super) scope: &'s Scope<'a>,
    pub(super) target: Target,
    file: &'s str,
    definitions: BTreeMap<String, TypeDefinition>,
    /// Definitions whose fields are still to be read. Read one by one, a chain of types costs no stack.
    pending: Vec<definitions::Pending<'a>>,
    /// Definitions that could not be read, with the reason.
    failed: BTreeMap<String, String>,
}

/// Where a type stands: the module, and the arguments of the generic definition around it.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) module: usize,
    types: BTreeMap<String, Type>,
    constants: BTreeMap<String, i128>,
    depth: u32,
}

impl Place {
    pub(super) fn in_module(module: usize) -> Place {
        Place {
            module,
            ..Place::default()
        }
    }
}

impl<'a, 's> Types<'a, 's> {
    pub(super) fn new(scope: &'s Scope<'a>, target: Target, file: &'s str) -> Types<'a, 's> {
        Types {
            scope,
            target,
            file,
            definitions: BTreeMap::new(),
            pending: Vec::new(),
            failed: BTreeMap::new(),
        }
    }

    /// The definitions reached so far, in source order.
    pub(super) fn into_definitions(mut self) -> Vec<TypeDefinition> {
        self.read_pending();
        let mut definitions: Vec<TypeDefinition> = self.definitions.into_values().collect();
        definitions.sort_by_key(|definition| (definition.location.line, definition.location.column));
        definitions
    }

    /// The type that `ty` means, or why it has no place in an interface.
    pub(super) fn resolve(&mut self, ty: &syn::Type, place: &Place) -> Result<Type, String> {
        if place.depth > MAX_DEPTH {
            return Err(format!("the type `{}` refers to itself without end", fold(ty)));
        }
        match ty {
            syn::Type::Paren(inner) => self.resolve(&inner.elem, place),
            syn::Type::Group(inner) => self.resolve(&inner.elem, place),
            syn::Type::Never(_) => Ok(Type::Never),
            syn::Type::Tuple(tuple) if tuple.elems.is_empty() => Ok(Type::Void),
            syn::Type::Tuple(_) => Err(format!("the tuple `{}` has no specified layout", fold(ty))),
            syn::Type::Reference(reference) => {
                self.pointer(&reference.elem, reference.mutability.is_some(), false, place)
            }
            syn::Type::Ptr(pointer) => self.pointer(&pointer.elem, pointer.mutability.is_some(), true, place),
            syn::Type::Array(array) => {
                let element = Box::new(self.resolve(&array.elem, place)?);
                let length = self.length(&array.len, place)?;
                Ok(Type::Array {
                    element,
                    length: Some(length),
                })
            }
            syn::Type::BareFn(pointer) => {
                let signature = Box::new(self.pointer_signature(pointer, place)?);
                Ok(Type::FunctionPointer {
                    signature,
                    nullable: false,
                })
            }
            syn::Type::Path(path) if path.qself.is_none() => self.path(&path.path, place),
            syn::Type::Slice(_) => Err(format!("the slice `{}` has no size of its own", fold(ty))),
            syn::Type::ImplTrait(_) => Err(format!("`{}` is a different type for each caller", fold(ty))),
            syn::Type::TraitObject(_) => Err(format!("the trait object `{}` has no C equivalent", fold(ty))),
            syn::Type::Macro(_) => Err(format!("the macro `{}` in a type is not expanded", fold(ty))),
            _ => Err(format!(
                "the type `{}` cannot be read without the compiler",
                fold(ty)
            )),
        }
    }

    /// A pointer, or two words where the pointee has no size of its own.
    fn pointer(
        &mut self,
        pointee: &syn::Type,
        mutable: bool,
        nullable: bool,
        place: &Place,
    ) -> Result<Type, String> {
        match pointee {
            syn::Type::Paren(inner) => return self.pointer(&inner.elem, mutable, nullable, place),
            syn::Type::Group(inner) => return self.pointer(&inner.elem, mutable, nullable, place),
            syn::Type::Slice(slice) => {
                let element = Box::new(self.resolve(&slice.elem, place)?);
                return Ok(Type::Slice { element, mutable });
            }
            syn::Type::Path(path) if path.qself.is_none() => {
                if let Found::External(path) = self.scope.find(place.module, &names(&path.path), Space::Type)
                {
                    let unit = match path.last().map(String::as_str) {
                        Some("str") => "u8",
                        Some("CStr") => "c_char",
                        _ => "",
                    };
                    if let Some(element) = super::external::scalar(unit, self.target) {
                        return Ok(Type::Slice {
                            element: Box::new(element),
                            mutable,
                        });
                    }
                }
            }
            _ => {}
        }
        let pointee = Box::new(self.resolve(pointee, place)?);
        Ok(Type::Pointer {
            pointee,
            mutable,
            nullable,
        })
    }

    fn length(&self, expression: &syn::Expr, place: &Place) -> Result<u64, String> {
        let usize_type = IntegerType::named("usize", self.target).ok_or("no usize")?;
        let length = self.constants(place).evaluate(expression, usize_type)?;
        u64::try_from(length).map_err(|_| "an array length is negative".to_owned())
    }

    fn constants<'p>(&'p self, place: &'p Place) -> Constants<'a, 'p> {
        Constants {
            scope: self.scope,
            target: self.target,
            module: place.module,
            parameters: &place.constants,
        }
    }

    fn path(&mut self, path: &syn::Path, place: &Place) -> Result<Type, String> {
        let written = names(path);
        if let [name] = written.as_slice()
            && let Some(argument) = place.types.get(name)
        {
            return Ok(argument.clone());
        }
        match self.scope.find(place.module, &written, Space::Type) {
            Found::Local { item, module, name } => self.local(item, module, name, path, place),
            Found::External(found) => self.external(&found, path, place),
            Found::Missing => Err(format!("the type `{}` is not defined in this file", fold(path))),
        }
    }

    fn local(
        &mut self,
        item: LocalItem<'a>,
        module: usize,
        name: String,
        path: &syn::Path,
        place: &Place,
    ) -> Result<Type, String> {
        match item {
            LocalItem::Alias(alias) => {
                let inside = self.instantiate(&alias.generics, path, module, place)?;
                self.resolve(&alias.ty, &inside)
            }
            LocalItem::Foreign(span) => {
                let definition = self.incomplete(&name, span);
                self.definitions.entry(name.clone()).or_insert(definition);
                Ok(Type::Named(name))
            }
            LocalItem::Struct(_) | LocalItem::Union(_) | LocalItem::Enum(_) => {
                let Some(generics) = item.generics() else {
                    return Err(format!("`{name}` is not a type"));
                };
                let inside = self.instantiate(generics, path, module, place)?;
                let arguments = instance_arguments(generics, &inside);
                self.define(item, format!("{name}{arguments}"), &inside)
            }
            LocalItem::Constant(_) | LocalItem::Module(_) => Err(format!("`{name}` is not a type")),
            LocalItem::Trait => Err(format!("`{name}` is a trait")),
        }
    }

    /// The place inside a generic definition, with its parameters bound to the arguments of `path`.
    fn instantiate(
        &mut self,
        generics: &syn::Generics,
        path: &syn::Path,
        module: usize,
        place: &Place,
    ) -> Result<Place, String> {
        let mut inside = Place {
            module,
            depth: place.depth + 1,
            ..Place::default()
        };
        let arguments = arguments(path);
        let mut given = arguments
            .iter()
            .filter(|argument| !matches!(argument, GenericArgument::Lifetime(_)));
        for parameter in &generics.params {
            match parameter {
                syn::GenericParam::Lifetime(_) => {}
                syn::GenericParam::Type(parameter) => {
                    let argument = match (given.next(), &parameter.default) {
                        (Some(GenericArgument::Type(ty)), _) => self.resolve(ty, place)?,
                        (None, Some(default)) => self.resolve(default, &inside)?,
                        _ => return Err(missing_argument(path, &parameter.ident)),
                    };
                    inside.types.insert(parameter.ident.to_string(), argument);
                }
                syn::GenericParam::Const(parameter) => {
                    let ty = self.resolve(&parameter.ty, place)?;
                    let ty = IntegerType::of(&ty).ok_or("a const parameter is not an integer")?;
                    let value = match (given.next(), &parameter.default) {
                        (Some(GenericArgument::Const(value)), _) => {
                            self.constants(place).evaluate(value, ty)?
                        }
                        // A constant's name looks like a type's.
                        (Some(GenericArgument::Type(syn::Type::Path(name))), _) => {
                            let name = syn::ExprPath {
                                attrs: Vec::new(),
                                qself: None,
                                path: name.path.clone(),
                            };
                            self.constants(place).evaluate(&syn::Expr::Path(name), ty)?
                        }
                        (None, Some(default)) => self.constants(&inside).evaluate(default, ty)?,
                        _ => return Err(missing_argument(path, &parameter.ident)),
                    };
                    inside.constants.insert(parameter.ident.to_string(), value);
                }
            }
        }
        Ok(inside)
    }

    fn pointer_signature(&mut self, pointer: &syn::TypeBareFn, place: &Place) -> Result<Signature, String> {
        let mut params = Vec::new();
        for input in &pointer.inputs {
            if attributes::active(&input.attrs, self.target).is_some() {
                params.push(self.pointer_parameter(input, place)?);
            }
        }
        Ok(Signature {
            convention: convention(pointer.abi.as_ref()),
            params,
            result: self.result(&pointer.output, place)?,
            variadic: pointer.variadic.is_some(),
            unprototyped: false,
        })
    }

    fn pointer_parameter(&mut self, input: &BareFnArg, place: &Place) -> Result<Parameter, String> {
        let name = input
            .name
            .as_ref()
            .map(|(name, _)| name.to_string())
            .filter(|name| name != "_");
        Ok(Parameter {
            name,
            ty: self.resolve(&input.ty, place)?,
            spelling: fold(&input.ty),
        })
    }

    /// The type behind `->`.
    pub(super) fn result(&mut self, output: &syn::ReturnType, place: &Place) -> Result<Type, String> {
        match output {
            syn::ReturnType::Default => Ok(Type::Void),
            syn::ReturnType::Type(_, ty) => self.resolve(ty, place),
        }
    }

    pub(super) fn location(&self, span: Span) -> SourceLocation {
        let start = span.start();
        SourceLocation {
            file: self.file.to_owned(),
            line: start.line as u32,
            column: start.column as u32 + 1,
        }
    }
}

/// The convention that an ABI string stands for on the targets we know, where "system" is "C" and
/// UEFI's convention is that of Windows.
pub(super) fn convention(abi: Option<&syn::Abi>) -> Convention {
    let Some(abi) = abi else { return Convention::Rust };
    let Some(name) = &abi.name else {
        return Convention::C;
    };
    match name.value().as_str() {
        "C" | "system" => Convention::C,
        "C-unwind" | "system-unwind" => Convention::CUnwind,
        "Rust" => Convention::Rust,
        "sysv64" | "sysv64-unwind" => Convention::SysV64,
        "win64" | "win64-unwind" | "efiapi" => Convention::Win64,
        other => Convention::Other(other.to_owned()),
    }
}

fn arguments(path: &syn::Path) -> Vec<GenericArgument> {
    match path.segments.last().map(|segment| &segment.arguments) {
        Some(PathArguments::AngleBracketed(list)) => list.args.iter().cloned().collect(),
        _ => Vec::new(),
    }
}

fn missing_argument(path: &syn::Path, parameter: &syn::Ident) -> String {
    format!(
        "`{}` lacks an argument for its parameter `{parameter}` (line {})",
        fold(path),
        path.span().start().line
    )
}

/// `<i32, 4>`, or nothing for a definition without type and const parameters.
fn instance_arguments(generics: &syn::Generics, place: &Place) -> String {
    let mut list = Vec::new();
    for parameter in &generics.params {
        let argument = match parameter {
            syn::GenericParam::Lifetime(_) => None,
            syn::GenericParam::Type(parameter) => place.types.get(&parameter.ident.to_string()).map(label),
            syn::GenericParam::Const(parameter) => place
                .constants
                .get(&parameter.ident.to_string())
                .map(ToString::to_string),
        };
        list.extend(argument);
    }
    if list.is_empty() {
        String::new()
    } else {
        format!("<{}>", list.join(", "))
    }
}

/// A name for a type, alike for equal types, as part of the name of a generic instance.
fn label(ty: &Type) -> String {
    use twincall_abi::types::FloatKind::{BF16, F16, F32, F64, F128, X87};
    let mutability = |mutable: bool| if mutable { "mut" } else { "const" };
    match ty {
        Type::Void => "()".to_owned(),
        Type::Never => "!".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Integer { spelling, .. } => spelling.clone(),
        Type::UnicodeScalar => "char".to_owned(),
        Type::Float(kind) | Type::Complex(kind) => match kind {
            F16 => "f16",
            BF16 => "bf16",
            F32 => "f32",
            F64 => "f64",
            X87 => "x87",
            F128 => "f128",
        }
        .to_owned(),
        Type::Pointer {
            pointee,
            mutable,
            nullable: true,
        } => format!("*{} {}", mutability(*mutable), label(pointee)),
        Type::Pointer {
            pointee,
            mutable: true,
            ..
        } => format!("&mut {}", label(pointee)),
        Type::Pointer { pointee, .. } => format!("&{}", label(pointee)),
        Type::Slice {
            element,
            mutable: true,
        } => format!("&mut [{}]", label(element)),
        Type::Slice { element, .. } => format!("&[{}]", label(element)),
        Type::Array { element, length } => {
            format!(
                "[{}; {}]",
                label(element),
                length.map_or_else(|| "_".to_owned(), |length| length.to_string())
            )
        }
        Type::Vector { element, lanes } => format!("{}x{lanes}", label(element)),
        // Only C has these.
        Type::BitInt { .. } | Type::ComplexInteger { .. } => "_".to_owned(),
        Type::Atomic(inner) => label(inner),
        Type::FunctionPointer { signature, nullable } => {
            let convention = match &signature.convention {
                Convention::C => "extern \"C\" ",
                Convention::CUnwind => "extern \"C-unwind\" ",
                Convention::Rust => "",
                Convention::SysV64 => "extern \"sysv64\" ",
                Convention::Win64 => "extern \"win64\" ",
                Convention::Other(_) => "extern ",
            };
            let params: Vec<String> = signature.params.iter().map(|param| label(&param.ty)).collect();
            let pointer = format!(
                "{convention}fn({}) -> {}",
                params.join(", "),
                label(&signature.result)
            );
            if *nullable {
                format!("Option<{pointer}>")
            } else {
                pointer
            }
        }
        Type::Named(name) | Type::Opaque(name) => name.clone(),
    }
}
