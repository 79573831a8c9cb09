//! How a function is written in generated Rust: its ABI string, types and target features.

use proc_macro2::TokenTree;
use syn::parse::Parser as _;
use twincall_abi::interface::{Convention, Function};
use twincall_abi::types::{FloatKind, Type};

use super::{Dialect, UnitRequest};

/// A function as generated code spells it.
pub(super) struct Callable<'f> {
    function: &'f Function,
    abi: String,
}

impl<'f> Callable<'f> {
    pub(super) fn of(function: &'f Function) -> Callable<'f> {
        Callable {
            function,
            abi: source_abi(function),
        }
    }

    pub(super) fn abi(&self) -> &str {
        &self.abi
    }

    /// The ABI of the driver: a panic or an exception leaves it only where it may leave the function.
    pub(super) fn driver_abi(&self) -> &'static str {
        match self.function.signature.convention {
            Convention::CUnwind => "C-unwind",
            _ => "C",
        }
    }

    pub(super) fn params(&self) -> impl Iterator<Item = &'f str> {
        self.function
            .signature
            .params
            .iter()
            .map(|param| param.spelling.as_str())
    }

    /// The result type, unless there is no value.
    pub(super) fn result(&self) -> Option<&'f str> {
        let spelling = self.function.result_spelling.as_str();
        let value = !matches!(self.function.signature.result, Type::Void | Type::Never);
        (value && !spelling.is_empty()).then_some(spelling)
    }

    pub(super) fn pointer_type(&self) -> String {
        let mut params: Vec<&str> = self.params().collect();
        if self.function.signature.variadic {
            params.push("...");
        }
        format!(
            "unsafe extern \"{}\" fn({}){}",
            self.abi,
            params.join(", "),
            self.arrow()
        )
    }

    /// What follows the parameters.
    pub(super) fn arrow(&self) -> String {
        match (&self.function.signature.result, self.result()) {
            (Type::Never, _) => " -> !".to_owned(),
            (_, Some(result)) => format!(" -> {result}"),
            _ => String::new(),
        }
    }

    /// Attributes with the target features without which the compiler refuses the types or the call.
    pub(super) fn feature_attributes(&self, dialect: Dialect) -> String {
        match &self.function.target_features {
            Some(features) => format!("#[target_feature(enable = {features:?})]\n"),
            None => implied_features(self.function, dialect),
        }
    }
}

/// A declaration cannot carry features, but who passes a wide vector by value must have them. Old compilers refuse nothing, and
/// with the features the generated functions would not pass the vector as the fixture does.
fn implied_features(function: &Function, dialect: Dialect) -> String {
    let types = function.signature.params.iter().map(|param| &param.ty);
    let widest = types
        .chain([&function.signature.result])
        .filter_map(vector_bits)
        .max();
    let attribute = |arch: &str, feature: &str| {
        format!("#[cfg_attr(target_arch = \"{arch}\", target_feature(enable = \"{feature}\"))]\n")
    };
    match widest {
        None => String::new(),
        Some(bits) => {
            let wide = match bits {
                _ if dialect == Dialect::Old => String::new(),
                0..=128 => String::new(),
                129..=256 => attribute("x86_64", "avx"),
                _ => attribute("x86_64", "avx512f"),
            };
            wide + &attribute("wasm32", "simd128")
        }
    }
}

fn vector_bits(ty: &Type) -> Option<u64> {
    let Type::Vector { element, lanes } = ty else {
        return None;
    };
    let element = match &**element {
        Type::Integer { bits, .. } => u64::from(*bits),
        Type::Float(FloatKind::F16 | FloatKind::BF16) => 16,
        Type::Float(FloatKind::F64) => 64,
        _ => 32,
    };
    Some(element * lanes)
}

/// The ABI string of the source where the declaration shows it: to rustc `extern "system"` and `extern "C"`
/// are two types even where they are one convention.
fn source_abi(function: &Function) -> String {
    let before_name = function.declaration.split("fn ").next().unwrap_or_default();
    let written = before_name
        .split("extern \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    if let Some(abi) = written {
        return abi.to_owned();
    }
    match &function.signature.convention {
        Convention::C => "C",
        Convention::CUnwind => "C-unwind",
        Convention::Rust => "Rust",
        Convention::SysV64 => "sysv64",
        Convention::Win64 => "win64",
        Convention::Other(name) => name,
    }
    .to_owned()
}

/// Whether the unit is compiled with an unstable feature.
pub(super) fn is_feature_enabled(request: &UnitRequest<'_>, feature: &str) -> bool {
    request.features.iter().any(|enabled| enabled == feature)
        || features_in(request.inner_attributes)
            .iter()
            .any(|enabled| enabled == feature)
}

/// The features that inner attributes enable.
pub(super) fn features_in(attributes: &[String]) -> Vec<String> {
    let mut features = Vec::new();
    for attribute in attributes {
        for attribute in syn::Attribute::parse_inner
            .parse_str(attribute)
            .unwrap_or_default()
        {
            if let syn::Meta::List(list) = &attribute.meta
                && list.path.is_ident("feature")
            {
                features.extend(list.tokens.clone().into_iter().filter_map(|token| match token {
                    TokenTree::Ident(feature) => Some(feature.to_string()),
                    _ => None,
                }));
            }
        }
    }
    features
}
