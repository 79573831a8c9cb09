//! Parses a C type name as clang prints it (`int (*(*)(const char *, ...))[3]`) into a tree; it does not
//! know what the names in it mean.

mod parser;

#[cfg(test)]
mod tests;

pub(crate) use parser::parse_type_name;

/// A type name, as a tree from the outside in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum CType {
    /// Built-in words in their usual order (`unsigned int`), or a name, with its `struct`, `union` or `enum`.
    Name(String),
    Const(Box<CType>),
    Pointer(Box<CType>),
    /// A C++ reference of either kind.
    Reference(Box<CType>),
    Array(Box<CType>, ArrayLength),
    Vector(Box<CType>, u64),
    Complex(Box<CType>),
    Atomic(Box<CType>),
    Function(Box<FunctionType>),
    /// `typeof` of an expression and the like, as text.
    Unknown(String),
}

/// What stands between the brackets of an array.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ArrayLength {
    Known(u64),
    Absent,
    /// An expression: a variable length array.
    Variable,
}

/// A function type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct FunctionType {
    pub(crate) result: CType,
    /// Each parameter, with its text.
    pub(crate) params: Vec<(CType, String)>,
    pub(crate) variadic: bool,
    /// Empty parentheses. What they mean differs between C and C++.
    pub(crate) empty: bool,
    /// Names of the attributes that follow the parameters.
    pub(crate) attributes: Vec<String>,
}

/// A type name that was parsed, with the places in its text that a declaration needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TypeName {
    pub(crate) ty: CType,
    /// Where a declared name would stand, as a byte offset.
    pub(crate) name_at: usize,
    /// For a function type: the text without its parameters, which names the result type.
    pub(crate) result_text: Option<String>,
}

/// The pieces between commas outside of brackets.
fn split_at_commas(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0i32;
    text.split(move |c| {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    })
}
