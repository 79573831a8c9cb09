//! When two scalars count as the same type: the table behind `param-type`, `field-kind` and `invalid-value`.
//!
//! | C | Rust | verdict |
//! |---|---|---|
//! | integer | integer of the same width, any sign | same: C 6.2.7 would tell `int` from `unsigned`, but one may alias the other (C 6.5p7) and bindings use them so; extension is judged by the slots |
//! | `char`, `signed char`, `unsigned char` | `i8`, `u8`, `c_char` | same |
//! | enum | integer | same: C 6.7.2.2 makes an enum compatible with an integer type |
//! | enum with a value that Rust's lacks; integer | enum | domain: a value outside is undefined behaviour in Rust |
//! | integer | `bool`, `char` | domain |
//! | `bool` | integer | domain: C reads other values than 0 and 1 as it likes |
//! | pointer | pointer to anything | same here; pointees are compared on their own |
//! | function pointer | data pointer other than `void *` | different |
//! | pointer | integer | different in type, same on the machine |
//! | float | integer, pointer | different |

use crate::fact::Domain;
use crate::layout::Scalar;

/// Whether two scalars of one width mean the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Compatibility {
    Same,
    /// One side allows values that the other does not; what each allows.
    Domain {
        c: Domain,
        rust: Domain,
    },
    /// Another kind of value. `contract_only`: both are passed alike all the same.
    Different {
        contract_only: bool,
    },
}

/// Compares a C scalar with the Rust one in its place. Widths are compared elsewhere.
pub fn compare_scalars(c: &Scalar, rust: &Scalar) -> Compatibility {
    use Scalar::{Bool, Enumeration, Float, Integer, Pointer, UnicodeScalar};
    let domain = |c: Domain, rust: Domain| Compatibility::Domain { c, rust };
    match (c, rust) {
        (Bool, Bool) | (Integer { .. }, Integer { .. }) | (UnicodeScalar, UnicodeScalar) => {
            Compatibility::Same
        }
        (Enumeration { .. }, Integer { .. }) => Compatibility::Same,
        (Integer { .. }, Bool) => domain(Domain::AnyInteger, Domain::ZeroOrOne),
        (Bool, Integer { .. }) => domain(Domain::ZeroOrOne, Domain::AnyInteger),
        (Integer { .. }, UnicodeScalar) => domain(Domain::AnyInteger, Domain::UnicodeScalars),
        (Integer { .. }, Enumeration { values, .. }) => domain(Domain::AnyInteger, Domain::one_of(values)),
        (Enumeration { values: c, .. }, Enumeration { values: rust, .. }) => {
            let known = |value: i128| rust.iter().any(|(_, other)| *other == value);
            if c.iter().all(|(_, value)| known(*value)) {
                Compatibility::Same
            } else {
                Compatibility::Domain {
                    c: Domain::one_of(c),
                    rust: Domain::one_of(rust),
                }
            }
        }
        (Float { x87: c }, Float { x87: rust }) if c == rust => Compatibility::Same,
        (
            Pointer {
                to: c_to,
                function: c,
                ..
            },
            Pointer {
                to: rust_to,
                function: rust,
                ..
            },
        ) => {
            let untyped = |to: &Option<_>, function: bool| to.is_none() && !function;
            if c == rust || untyped(c_to, *c) || untyped(rust_to, *rust) {
                Compatibility::Same
            } else {
                Compatibility::Different { contract_only: true }
            }
        }
        (Pointer { .. }, Integer { .. }) | (Integer { .. }, Pointer { .. }) => {
            Compatibility::Different { contract_only: true }
        }
        _ => Compatibility::Different { contract_only: false },
    }
}
