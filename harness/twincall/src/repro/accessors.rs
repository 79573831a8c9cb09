//! Setters and getters that a Rust part has for bit-fields of C, as bindgen writes them. The layouts agree whatever bits they
//! take: so each is run on a value of its own, and the bits are held against those of C's field.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::spanned::Spanned;
use twincall_abi::fact::Fact;
use twincall_abi::interface::{Interface, SourceLocation};
use twincall_abi::types::TypeKind;

use super::pair::{EDITION, Sources};
use super::{ReproError, Request};
use crate::directive::{Edition, OptLevel};
use crate::facts::{CaseReport, Declaration, FieldRow, Finding, Place, Rule, SideFacts, Verdict};
use crate::session::{Options, Session};

/// Accessors that are looked at.
const MOST: usize = 64;
/// Bits of the first bit in what a function that looks at one returns; their number follows.
const FIRST_BITS: u32 = 32;

/// One accessor in the report.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Accessor {
    ty: String,
    field: String,
    method: String,
    way: Way,
    declaration: String,
    span_line: usize,
}

/// How the bits that it takes show.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Way {
    /// Set from a value of all ones, as this expression.
    Sets(String),
    /// Got from values with a single one in it, of this type.
    Gets { boolean: bool },
}

/// Consecutive bits of a type, from its first byte on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Run {
    first: u64,
    width: u64,
}

/// Adds what the accessors of the Rust part do wrong to the case.
///
/// # Errors
/// Files that cannot be written, and toolchains that are not there.
pub(super) fn judge(
    request: &Request<'_>,
    (c, rust): (&Interface, &Interface),
    case: &mut CaseReport,
) -> Result<(), ReproError> {
    let bit_fields = bit_fields(c);
    let mut accessors = found(&request.sources.rust.text);
    accessors.retain(|accessor| {
        bit_fields.contains(accessor.field.as_str()) && rust.type_definition(&accessor.ty).is_some()
    });
    accessors.truncate(MOST);
    if accessors.is_empty() || !case.executed() {
        return Ok(());
    }
    let sources = with_looks(request.sources, &accessors);
    let pair = sources.pair(request.name);
    let asked = Request {
        sources: &sources,
        options: Options {
            opt: vec![OptLevel::NONE],
            witness: false,
            ..request.options.clone()
        },
        ..request.clone()
    };
    let folder = asked.folder("accessors")?;
    pair.write(&folder)?;
    let session = Session::open(&folder, asked.options.clone())?;
    let Some(looking) = session.discover().cases.first().cloned() else {
        return Ok(());
    };
    let (seen, _) = session.run(&looking, case.target);
    let offset = pair.rust.directives();
    for (number, accessor) in accessors.iter().enumerate() {
        let call = format!("{}()", look_name(number));
        let mut results = seen
            .observations
            .iter()
            .flat_map(|observation| &observation.results);
        // One that panics or does not compile says nothing.
        let Some(bits) = results
            .find(|result| result.call == call)
            .and_then(|result| result.number)
        else {
            continue;
        };
        let rust_has = Run {
            first: bits & ((1 << FIRST_BITS) - 1),
            width: bits >> FIRST_BITS,
        };
        let location = SourceLocation {
            file: pair.rust_path.display().to_string(),
            line: (offset + accessor.span_line) as u32,
            column: 0,
        };
        if let Some(finding) = differs(accessor, rust_has, case, location) {
            case.verdict = Verdict::Diverges;
            case.findings.push(finding);
        }
    }
    Ok(())
}

/// The names of all bit-fields.
fn bit_fields(c: &Interface) -> BTreeSet<&str> {
    let fields = c.types.iter().filter_map(|ty| match &ty.kind {
        TypeKind::Struct { fields } | TypeKind::Union { fields } => Some(fields),
        _ => None,
    });
    let named = fields.flatten().filter(|field| field.bit_width.is_some());
    named.filter_map(|field| field.name.as_deref()).collect()
}

/// The accessors in a text, by the names that bindgen gives them: `set_x` and `x` of a field `x`.
fn found(text: &str) -> Vec<Accessor> {
    let Ok(file) = syn::parse_file(text) else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for item in &file.items {
        let syn::Item::Impl(block) = item else { continue };
        let (None, syn::Type::Path(path)) = (&block.trait_, &*block.self_ty) else {
            continue;
        };
        let Some(ty) = path.path.get_ident() else { continue };
        for method in &block.items {
            if let syn::ImplItem::Fn(method) = method {
                all.extend(accessor(&ty.to_string(), method, text));
            }
        }
    }
    all
}

fn accessor(ty: &str, method: &syn::ImplItemFn, text: &str) -> Option<Accessor> {
    let signature = &method.sig;
    let name = signature.ident.to_string();
    if signature.unsafety.is_some() || !signature.generics.params.is_empty() {
        return None;
    }
    let inputs: Vec<&syn::FnArg> = signature.inputs.iter().collect();
    let (field, way) = match (inputs.as_slice(), &signature.output) {
        ([syn::FnArg::Receiver(receiver), syn::FnArg::Typed(value)], syn::ReturnType::Default)
            if receiver.mutability.is_some() =>
        {
            let ones = match is_bool(&value.ty) {
                true => "true".to_owned(),
                false => format!("!0 as {}", integer(&value.ty, text)?),
            };
            (name.strip_prefix("set_")?.to_owned(), Way::Sets(ones))
        }
        ([syn::FnArg::Receiver(receiver)], syn::ReturnType::Type(_, result))
            if receiver.mutability.is_none() =>
        {
            let boolean = is_bool(result);
            if !boolean {
                integer(result, text)?;
            }
            (name.clone(), Way::Gets { boolean })
        }
        _ => return None,
    };
    let head: Span = signature.span();
    Some(Accessor {
        ty: ty.to_owned(),
        field,
        method: name,
        way,
        declaration: text
            .get(head.byte_range())?
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        span_line: head.start().line,
    })
}

fn is_bool(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Path(path) if path.path.is_ident("bool"))
}

/// The text of a type that is an integer by its name.
fn integer(ty: &syn::Type, text: &str) -> Option<String> {
    let syn::Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?.ident.to_string();
    let plain = last
        .strip_prefix(['i', 'u'])
        .is_some_and(|rest| rest == "size" || rest.chars().all(|c| c.is_ascii_digit()) && !rest.is_empty());
    (plain || last.starts_with("c_") && last != "c_void")
        .then(|| text.get(ty.span().byte_range()).map(str::to_owned))?
}

fn look_name(number: usize) -> String {
    format!("twincall_bits_{number}")
}

/// The sources with a function for each accessor that returns the first bit that it takes, and how many.
fn with_looks(sources: &Sources, accessors: &[Accessor]) -> Sources {
    let mut sources = sources.clone();
    let no_mangle = match sources.edition.unwrap_or(EDITION) >= Edition::E2024 {
        true => "#[unsafe(no_mangle)]",
        false => "#[no_mangle]",
    };
    let linkage = if sources.cpp { "extern \"C\" " } else { "" };
    let mut rust = String::from("\n");
    let mut c = String::from("\n");
    for (number, accessor) in accessors.iter().enumerate() {
        let name = look_name(number);
        let Accessor { ty, method, .. } = accessor;
        let take = match &accessor.way {
            Way::Sets(ones) => format!(
                "let mut value: {ty} = unsafe {{ core::mem::zeroed() }}; value.{method}({ones});\n\
                 let bytes = unsafe {{ core::slice::from_raw_parts(core::ptr::addr_of!(value).cast::<u8>(), bits / 8) }};\n\
                 for at in 0..bits {{ if bytes[at / 8] >> (at % 8) & 1 == 1 {{ if width == 0 {{ first = at; }} width += 1; }} }}"
            ),
            Way::Gets { boolean } => {
                let is_set = if *boolean { "" } else { " != 0" };
                format!(
                    "for at in 0..bits {{\n\
                     let mut value: {ty} = unsafe {{ core::mem::zeroed() }};\n\
                     unsafe {{ *core::ptr::addr_of_mut!(value).cast::<u8>().add(at / 8) = 1 << (at % 8) }};\n\
                     if value.{method}(){is_set} {{ if width == 0 {{ first = at; }} width += 1; }} }}"
                )
            }
        };
        rust.push_str(&format!(
            "{no_mangle} pub extern \"C\" fn {name}() -> u64 {{\n\
             let bits = 8 * core::mem::size_of::<{ty}>(); let (mut first, mut width) = (0usize, 0u64);\n{take}\n\
             first as u64 | width << {FIRST_BITS}\n}}\n"
        ));
        c.push_str(&format!("{linkage}unsigned long long {name}(void);\n"));
    }
    let calls: Vec<String> = (0..accessors.len())
        .map(|number| format!("\"{}()\"", look_name(number)))
        .collect();
    sources.rust.text.push_str(&rust);
    sources.c.text.push_str(&c);
    let directive = format!("//@ call = [{}]\n", calls.join(", "));
    sources.c.text.insert_str(0, &directive);
    sources.c.lines.insert(0, None);
    sources
}

/// Whether a finding is about an accessor, which no symbol of the linker names.
pub(super) fn is_about(finding: &Finding) -> bool {
    finding.symbol.contains("::") && finding.rule == Rule::FieldOffset && finding.c_declaration.is_none()
}

/// What is wrong with an accessor; nothing where C's field has these bits, or where it is not known where that lies.
fn differs(
    accessor: &Accessor,
    rust_has: Run,
    case: &CaseReport,
    location: SourceLocation,
) -> Option<Finding> {
    let ty = case
        .types
        .iter()
        .find(|ty| ty.rust.as_ref().is_some_and(|rust| rust.name == accessor.ty))?;
    let in_c = ty.c.as_ref()?;
    let row = in_c.fields.iter().find(|row| row.path == accessor.field)?;
    let c_has = Run {
        first: row.offset_bits,
        width: row.width_bits,
    };
    if c_has == rust_has || rust_has.width == 0 {
        return None;
    }
    let overlaps = |row: &&FieldRow| {
        row.path != accessor.field
            && row.offset_bits < rust_has.first + rust_has.width
            && rust_has.first < row.offset_bits + row.width_bits
    };
    let others: Vec<String> = in_c
        .fields
        .iter()
        .filter(overlaps)
        .map(|row| format!("`{}`", row.path))
        .collect();
    let which = match others.as_slice() {
        [] => String::new(),
        others => format!(", where C has {}", others.join(" and ")),
    };
    let verb = match accessor.way {
        Way::Sets(_) => "writes",
        Way::Gets { .. } => "reads",
    };
    let words = |text: String| Fact::Words { text };
    Some(Finding {
        rule: Rule::FieldOffset,
        axis: Rule::FieldOffset.axis(),
        symbol: format!("{}::{}", accessor.ty, accessor.method),
        also: Vec::new(),
        place: Place::WHOLE,
        types: Some((in_c.name.clone(), accessor.ty.clone())),
        cause: None,
        sides: SideFacts {
            c: words(format!("has `{}` in {c_has}", accessor.field)),
            rust: words(format!("{verb} {rust_has}{which}")),
        },
        effect: Vec::new(),
        opt: Vec::new(),
        contract_only: false,
        expected: false,
        c_declaration: None,
        rust_declaration: Some(Declaration {
            text: accessor.declaration.clone(),
            location,
            defined: true,
        }),
    })
}

impl std::fmt::Display for Run {
    /// `bit 3 of byte 4`, `bits 1 to 3 of byte 4`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (byte, bit) = (self.first / 8, self.first % 8);
        match self.width {
            1 => write!(f, "bit {bit} of byte {byte}"),
            width => write!(f, "bits {bit} to {} of byte {byte}", bit + width - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setters_and_getters_are_found_by_name_and_type() {
        let text = "impl S {\n  pub fn a(&self) -> u32 { 0 }\n  pub fn set_a(&mut self, val: ::std::os::raw::c_uint) {}\n\
            pub fn set_b(&mut self, val: bool) {}\n  pub fn new() -> S { S }\n  fn set_c(&mut self, v: Kind) {}\n}\n\
            impl Clone for S { fn clone(&self) -> S { S } }\n";
        let all = found(text);
        let shown: Vec<(&str, &Way)> = all.iter().map(|one| (one.method.as_str(), &one.way)).collect();
        assert_eq!(
            shown,
            [
                ("a", &Way::Gets { boolean: false }),
                ("set_a", &Way::Sets("!0 as ::std::os::raw::c_uint".to_owned())),
                ("set_b", &Way::Sets("true".to_owned())),
            ]
        );
        assert_eq!((all[1].field.as_str(), all[1].span_line), ("a", 3));
    }

    #[test]
    fn bits_are_told_within_their_byte() {
        let told = |first, width| Run { first, width }.to_string();
        assert_eq!(told(35, 1), "bit 3 of byte 4");
        assert_eq!(told(9, 3), "bits 1 to 3 of byte 1");
    }
}
