//! C++ functions that pass classes by value whose copies run code. Rust has no such types: what it can declare are the addresses
//! that travel in their place (Itanium C++ ABI 3.1.2.3 and 3.1.3.1).

use twincall_abi::interface::{Function, Interface, Parameter};
use twincall_abi::types::Type;

/// The function as its callers see it in registers: classes as their addresses, that of the result first.
pub(crate) fn with_addresses(function: &Function, interface: &Interface) -> Option<Function> {
    if !function.passes_classes {
        return None;
    }
    let is_class = |ty: &Type| match ty {
        Type::Named(name) => {
            let definition = interface.type_definition(name);
            definition.is_some_and(|definition| definition.attributes.non_trivial)
        }
        _ => false,
    };
    let address = |name: Option<String>, ty: &Type, spelling: &str| Parameter {
        name,
        ty: Type::Pointer {
            pointee: Box::new(ty.clone()),
            mutable: true,
            nullable: true,
        },
        spelling: format!("{spelling} *"),
    };
    let mut lowered = function.clone();
    let signature = &mut lowered.signature;
    for parameter in &mut signature.params {
        if is_class(&parameter.ty) {
            *parameter = address(parameter.name.clone(), &parameter.ty, &parameter.spelling);
        }
    }
    if is_class(&signature.result) {
        let result = address(
            Some("result".to_owned()),
            &signature.result,
            &function.result_spelling,
        );
        signature.params.insert(0, result);
        signature.result = Type::Void;
        lowered.result_spelling.clear();
    }
    Some(lowered)
}

/// Puts a function's addresses in its signature where Rust declares it so.
pub(super) fn lower(c: &mut Interface, rust: &Interface) {
    let lowered: Vec<Option<Function>> = c
        .functions
        .iter()
        .map(|function| with_addresses(function, c))
        .collect();
    for (function, lowered) in c.functions.iter_mut().zip(lowered) {
        let (Some(lowered), Some(declared)) = (lowered, rust.function(&function.symbol)) else {
            continue;
        };
        let passed_as = |one: &Function, at: usize| {
            let ty = &one.signature.params[at].ty;
            matches!(ty, Type::Pointer { .. })
        };
        let count = lowered.signature.params.len();
        let fits = declared.signature.params.len() == count
            && (0..count).all(|at| passed_as(&lowered, at) == passed_as(declared, at));
        if fits {
            *function = lowered;
        }
    }
}

#[cfg(test)]
mod tests {
    use twincall_abi::interface::{Convention, Signature, SourceLocation};
    use twincall_abi::types::{TypeAttributes, TypeDefinition, TypeKind};

    use super::*;

    fn interface() -> Interface {
        let class = Type::Named("Class".to_owned());
        let parameter = Parameter {
            name: Some("class".to_owned()),
            ty: class.clone(),
            spelling: "Class".to_owned(),
        };
        Interface {
            functions: vec![Function {
                symbol: "make".to_owned(),
                name: "make".to_owned(),
                signature: Signature {
                    convention: Convention::C,
                    params: vec![parameter],
                    result: class,
                    variadic: false,
                    unprototyped: false,
                },
                result_spelling: "Class".to_owned(),
                defined: true,
                unsafe_to_call: false,
                passes_classes: true,
                target_features: None,
                declaration: "Class make(Class class)".to_owned(),
                location: SourceLocation::default(),
            }],
            types: vec![TypeDefinition {
                name: "Class".to_owned(),
                kind: TypeKind::Struct { fields: Vec::new() },
                attributes: TypeAttributes {
                    c: true,
                    non_trivial: true,
                    ..TypeAttributes::default()
                },
                location: SourceLocation::default(),
            }],
            ..Interface::default()
        }
    }

    #[test]
    fn addresses_are_taken_only_where_rust_declares_them() {
        let c = interface();
        let lowered = with_addresses(&c.functions[0], &c).unwrap();
        assert_eq!(lowered.signature.params.len(), 2);
        assert_eq!(lowered.signature.result, Type::Void);
        let mut rust = Interface::default();
        rust.functions.push(lowered.clone());
        let mut same = c.clone();
        lower(&mut same, &rust);
        assert_eq!(same.functions, [lowered]);
        // By value it stays as it is, and differs.
        let mut by_value = c.clone();
        lower(&mut by_value, &c);
        assert_eq!(by_value, c);
    }
}
