//! Wasm types, traps and stacks as text for people.

use wasmtime::{Error, ExternType, FuncType, Module, Mutability, Trap, ValType, WasmBacktrace};

/// How many imports are named.
const MAX_NAMED_IMPORTS: usize = 8;

/// `func (i64, i64) -> i32`, `global mut i32`, `memory 1..`.
pub(super) fn extern_type(ty: &ExternType) -> String {
    match ty {
        ExternType::Func(ty) => func_type(ty),
        ExternType::Global(ty) => match ty.mutability() {
            Mutability::Const => format!("global {}", ty.content()),
            Mutability::Var => format!("global mut {}", ty.content()),
        },
        ExternType::Table(ty) => format!("table {} {}", range(ty.minimum(), ty.maximum()), ty.element()),
        ExternType::Memory(ty) => format!("memory {}", range(ty.minimum(), ty.maximum())),
        ExternType::Tag(ty) => format!("tag {}", func_type(ty.ty())),
    }
}

/// `func (i64, i64) -> i32`, with `()` for no result.
pub(super) fn func_type(ty: &FuncType) -> String {
    let params = list(ty.params());
    let results = match ty.results().len() {
        1 => ty.results().map(|result| result.to_string()).collect(),
        _ => format!("({})", list(ty.results())),
    };
    format!("func ({params}) -> {results}")
}

/// `env::f: func (i32) -> ()` for each import, or the first of them and how many more there are.
pub(super) fn imports(module: &Module) -> String {
    let count = module.imports().len();
    let named = module.imports().take(MAX_NAMED_IMPORTS).map(|import| {
        format!(
            "{}::{}: {}",
            import.module(),
            import.name(),
            extern_type(&import.ty())
        )
    });
    let mut text = named.collect::<Vec<_>>().join(", ");
    if count > MAX_NAMED_IMPORTS {
        text.push_str(&format!(" and {} more", count - MAX_NAMED_IMPORTS));
    }
    text
}

fn list(types: impl Iterator<Item = ValType>) -> String {
    types.map(|ty| ty.to_string()).collect::<Vec<_>>().join(", ")
}

fn range(minimum: u64, maximum: Option<u64>) -> String {
    format!(
        "{minimum}..{}",
        maximum.map(|maximum| maximum.to_string()).unwrap_or_default()
    )
}

/// The stable name of a trap: Wasmtime's in kebab case, or the specification's wording where Wasmtime's says less.
pub(super) fn trap_name(trap: Trap) -> String {
    let name = match trap {
        Trap::BadSignature => "indirect-call-type-mismatch",
        Trap::HeapMisaligned => "unaligned-atomic",
        Trap::IntegerDivisionByZero => "integer-divide-by-zero",
        Trap::UnreachableCodeReached => "unreachable",
        other => return kebab_case(&format!("{other:?}")),
    };
    name.to_owned()
}

fn kebab_case(camel_case: &str) -> String {
    let mut name = String::new();
    for letter in camel_case.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// Names of the functions on the wasm stack, innermost first: from the name section, else by index.
pub(super) fn frames(error: &Error) -> Vec<String> {
    let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() else {
        return Vec::new();
    };
    let name = |frame: &wasmtime::FrameInfo| match frame.func_name() {
        Some(name) => name.to_owned(),
        None => format!("wasm-function[{}]", frame.func_index()),
    };
    backtrace.frames().iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traps_have_stable_names() {
        for (trap, name) in [
            (Trap::UnreachableCodeReached, "unreachable"),
            (Trap::BadSignature, "indirect-call-type-mismatch"),
            (Trap::IndirectCallToNull, "indirect-call-to-null"),
            (Trap::MemoryOutOfBounds, "memory-out-of-bounds"),
            (Trap::TableOutOfBounds, "table-out-of-bounds"),
            (Trap::IntegerDivisionByZero, "integer-divide-by-zero"),
            (Trap::IntegerOverflow, "integer-overflow"),
            (Trap::BadConversionToInteger, "bad-conversion-to-integer"),
            (Trap::StackOverflow, "stack-overflow"),
        ] {
            assert_eq!(trap_name(trap), name);
        }
    }
}
