//! The recursive descent that reads type names; it keeps the places in the text that callers need.

use super::{ArrayLength, CType, FunctionType, TypeName, split_at_commas};

/// Parses a type name; `None` where the text is not one.
pub(crate) fn parse_type_name(text: &str) -> Option<TypeName> {
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
        name_at: None,
        parameters: None,
        trailing: None,
    };
    let ty = parser.type_name()?;
    parser.space();
    if parser.at != text.len() {
        return None;
    }
    let result_text = parser.parameters.map(|(start, end)| match parser.trailing {
        Some(at) => text[at..].trim().to_owned(),
        None => format!("{}{}", text[..start].trim_end(), text[end..].trim_end()),
    });
    Some(TypeName {
        ty,
        name_at: parser.name_at.unwrap_or(text.len()),
        result_text,
    })
}

/// Nesting beyond which a text is not taken for a type name.
const MAX_DEPTH: usize = 64;

struct Parser<'a> {
    text: &'a str,
    at: usize,
    /// How deep the parser is inside parameters and parentheses.
    depth: usize,
    name_at: Option<usize>,
    /// Start and end of the outermost function's parameters and attributes.
    parameters: Option<(usize, usize)>,
    /// Where a trailing result type starts.
    trailing: Option<usize>,
}

/// One derivation, applied to a type from the outside.
enum Derivation {
    Pointer { constant: bool },
    Reference,
    Array(ArrayLength),
    Function(FunctionType),
}

impl<'a> Parser<'a> {
    fn type_name(&mut self) -> Option<CType> {
        self.depth += 1;
        let done = (self.depth < MAX_DEPTH).then(|| {
            let base = self.specifiers()?;
            let derivations = self.declarator()?;
            Some(derive(base, derivations))
        });
        self.depth -= 1;
        done?
    }

    /// Derivations in the order in which they apply to the base type.
    fn declarator(&mut self) -> Option<Vec<Derivation>> {
        let mut derivations = Vec::new();
        loop {
            self.space();
            if self.eat("*") || self.eat("^") {
                derivations.push(Derivation::Pointer {
                    constant: self.qualifiers()?,
                });
            } else if self.eat("&&") || self.eat("&") {
                derivations.push(Derivation::Reference);
                self.qualifiers()?;
            } else {
                break;
            }
        }
        let nested = if self.opens_nested() {
            self.eat("(");
            self.depth += 1;
            let nested = if self.depth < MAX_DEPTH {
                self.declarator()
            } else {
                None
            };
            self.depth -= 1;
            self.space();
            if !self.eat(")") {
                return None;
            }
            Some(nested?)
        } else {
            None
        };
        // Parameters are parsed by a parser of their own, so the first to come here is the type's own.
        let innermost = nested.is_none() && self.name_at.is_none();
        if innermost {
            self.name_at = Some(self.at);
        }
        let mut suffixes = Vec::new();
        loop {
            self.space();
            let start = self.at;
            if self.rest().starts_with('[') {
                suffixes.push(Derivation::Array(self.array_length()?));
            } else if self.rest().starts_with('(') {
                let mut function = self.parameters()?;
                self.function_suffix(&mut function)?;
                if innermost && suffixes.is_empty() {
                    self.parameters = Some((start, self.at));
                }
                self.space();
                if self.eat("->") {
                    self.space();
                    if innermost {
                        self.trailing = Some(self.at);
                    }
                    function.result = self.parameter_type()?;
                }
                suffixes.push(Derivation::Function(function));
            } else {
                break;
            }
        }
        suffixes.reverse();
        derivations.extend(suffixes);
        derivations.extend(nested.into_iter().flatten());
        Some(derivations)
    }

    /// In a type name without a declared name, an inner declarator starts with `*`, `&` or `^`.
    fn opens_nested(&self) -> bool {
        let Some(inside) = self.rest().strip_prefix('(') else {
            return false;
        };
        let inside = inside.trim_start();
        inside.starts_with(['*', '&', '^'])
    }

    fn array_length(&mut self) -> Option<ArrayLength> {
        let inside = self.balanced()?;
        let words: Vec<&str> = inside.split_whitespace().collect();
        // In a parameter, `static` and qualifiers may stand before the length.
        let length = words
            .iter()
            .find(|word| !matches!(**word, "static" | "const" | "restrict" | "volatile"));
        Some(match length {
            None => ArrayLength::Absent,
            Some(length) if words.last() == Some(length) => length
                .trim_end_matches(['u', 'U', 'l', 'L'])
                .parse()
                .map_or(ArrayLength::Variable, ArrayLength::Known),
            Some(_) => ArrayLength::Variable,
        })
    }

    fn parameters(&mut self) -> Option<FunctionType> {
        let inside = self.balanced()?;
        let mut function = FunctionType {
            result: CType::Name(String::new()),
            params: Vec::new(),
            variadic: false,
            empty: inside.trim().is_empty(),
            attributes: Vec::new(),
        };
        for piece in split_at_commas(inside) {
            match piece.trim() {
                "" | "void" => {}
                "..." => function.variadic = true,
                text => {
                    let mut parser = Parser {
                        text,
                        at: 0,
                        depth: self.depth,
                        name_at: None,
                        parameters: None,
                        trailing: None,
                    };
                    let ty = parser.type_name()?;
                    parser.space();
                    if parser.at != text.len() {
                        return None;
                    }
                    function.params.push((ty, text.to_owned()));
                }
            }
        }
        Some(function)
    }

    fn parameter_type(&mut self) -> Option<CType> {
        let parsed = parse_type_name(self.rest().trim())?;
        self.at = self.text.len();
        Some(parsed.ty)
    }

    /// Attributes and C++ qualifiers that follow the parameters.
    fn function_suffix(&mut self, function: &mut FunctionType) -> Option<()> {
        loop {
            self.space();
            if let Some(names) = self.attribute()? {
                function
                    .attributes
                    .extend(names.into_iter().map(|(name, _)| name));
            } else if self.eat_word("noexcept") || self.eat_word("throw") {
                self.space();
                if self.rest().starts_with('(') {
                    self.balanced()?;
                }
            } else if !(self.eat_word("const") || self.eat_word("volatile")) {
                return Some(());
            }
        }
    }

    /// Qualifiers after a `*`; answers whether `const` is among them.
    fn qualifiers(&mut self) -> Option<bool> {
        let mut constant = false;
        loop {
            self.space();
            if self.eat_word("const") {
                constant = true;
            } else if self.attribute()?.is_none() && !QUALIFIERS.iter().any(|word| self.eat_word(word)) {
                return Some(constant);
            }
        }
    }

    fn specifiers(&mut self) -> Option<CType> {
        let mut words: Vec<String> = Vec::new();
        let (mut constant, mut complex, mut atomic) = (false, false, false);
        let mut lanes = None;
        let mut whole = None;
        loop {
            self.space();
            if self.eat_word("const") {
                constant = true;
            } else if let Some(attributes) = self.attribute()? {
                lanes = attributes
                    .iter()
                    .find_map(|(name, operand)| vector_lanes(name, operand))
                    .or(lanes);
            } else if self.eat_word("_Complex") {
                complex = true;
            } else if self.eat_word("_Atomic") {
                if self.rest().starts_with('(') {
                    let inside = self.balanced()?;
                    whole = Some(CType::Atomic(Box::new(parse_type_name(inside.trim())?.ty)));
                } else {
                    atomic = true;
                }
            } else if TYPE_OPERATORS.iter().any(|word| self.at_word(word)) {
                whole = Some(self.type_operator()?);
            } else if QUALIFIERS.iter().any(|word| self.eat_word(word)) {
            } else if whole.is_none() && is_start_of_name(self.rest(), &words) {
                words.push(self.name()?);
            } else {
                break;
            }
        }
        let mut ty = match whole {
            Some(ty) => ty,
            None if words.is_empty() && complex => CType::Name("double".to_owned()),
            None if words.is_empty() => return None,
            None => CType::Name(words.join(" ")),
        };
        if complex {
            ty = CType::Complex(Box::new(ty));
        }
        if let Some(lanes) = lanes {
            ty = CType::Vector(Box::new(ty), lanes);
        }
        if atomic {
            ty = CType::Atomic(Box::new(ty));
        }
        Some(if constant { CType::Const(Box::new(ty)) } else { ty })
    }

    /// `typeof (..)` and its relatives: a type where the operand is one for certain, else text.
    fn type_operator(&mut self) -> Option<CType> {
        let start = self.at;
        let word = self.word();
        self.at += word.len();
        self.space();
        let inside = self.balanced()?;
        let text = self.text[start..self.at].to_owned();
        // clang writes `typeof(int *)` for types and `typeof (x)` for expressions.
        let names_type = word.starts_with("typeof") && text[word.len()..].starts_with('(');
        let parsed = names_type.then(|| parse_type_name(inside.trim())).flatten();
        Some(parsed.map_or(CType::Unknown(text), |parsed| parsed.ty))
    }

    /// A word, or a name with its scopes and template arguments: `Outer::Inner`, `box<int>`, and
    /// `fam::(anonymous struct)::#3`, where `#3` is how the reader writes an unnamed type.
    fn name(&mut self) -> Option<String> {
        let start = self.at;
        loop {
            if self.rest().starts_with('(') {
                self.balanced()?;
            } else if self.rest().starts_with('#') {
                self.at += 1;
                self.at += self.word().len();
            } else {
                let word = self.word();
                if word.is_empty() {
                    return None;
                }
                let takes_operand = word == "_BitInt";
                self.at += word.len();
                if takes_operand && self.rest().starts_with('(') {
                    self.balanced()?;
                }
            }
            if self.rest().starts_with('<') {
                self.angle_brackets()?;
            }
            if !self.eat("::") {
                break;
            }
        }
        Some(self.text[start..self.at].to_owned())
    }

    /// One `__attribute__((..))` or `[[..]]`, as pairs of name and operand.
    fn attribute(&mut self) -> Option<Option<Vec<(String, String)>>> {
        if self.rest().starts_with("[[") {
            self.balanced()?;
            return Some(Some(Vec::new()));
        }
        if !(self.eat_word("__attribute__") || self.eat_word("__attribute")) {
            return Some(None);
        }
        self.space();
        let inside = self.balanced()?.trim();
        let inside = inside.strip_prefix('(')?.strip_suffix(')')?;
        let attributes = split_at_commas(inside).map(|piece| {
            let piece = piece.trim();
            let (name, operand) = piece.split_once('(').unwrap_or((piece, ""));
            let name = name.trim().trim_start_matches("__").trim_end_matches("__");
            (
                name.to_owned(),
                operand.strip_suffix(')').unwrap_or(operand).to_owned(),
            )
        });
        Some(Some(attributes.collect()))
    }

    /// The text inside the bracket that opens here; the parser moves behind its partner.
    fn balanced(&mut self) -> Option<&'a str> {
        let text = &self.text[self.at..];
        let mut depth = 0usize;
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b'(' | b'[' => depth += 1,
                b')' | b']' => depth = depth.checked_sub(1)?,
                _ => {}
            }
            if depth == 0 {
                self.at += at + 1;
                return text.get(1..at);
            }
        }
        None
    }

    fn angle_brackets(&mut self) -> Option<()> {
        let mut depth = 0usize;
        for (at, byte) in self.rest().bytes().enumerate() {
            match byte {
                b'<' => depth += 1,
                b'>' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.at += at + 1;
                return Some(());
            }
        }
        None
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn word(&self) -> &'a str {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
            .unwrap_or(rest.len());
        &rest[..end]
    }

    fn at_word(&self, word: &str) -> bool {
        self.word() == word
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }
}

const QUALIFIERS: [&str; 11] = [
    "volatile",
    "restrict",
    "__restrict",
    "__restrict__",
    "__unaligned",
    "_Nonnull",
    "_Nullable",
    "_Null_unspecified",
    "_Nullable_result",
    "__ptr32",
    "__ptr64",
];

const TYPE_OPERATORS: [&str; 6] = [
    "typeof",
    "typeof_unqual",
    "__typeof__",
    "__typeof_unqual__",
    "decltype",
    "__underlying_type",
];

/// Words that may be followed by more words of the same type.
const COMBINING: [&str; 15] = [
    "signed", "unsigned", "short", "long", "int", "char", "double", "float", "__int128", "struct", "union",
    "enum", "class", "typename", "_Sat",
];

/// Whether another word of the base type starts here: after a complete name none does.
fn is_start_of_name(rest: &str, words: &[String]) -> bool {
    let first = rest.chars().next();
    let starts = first.is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | '$' | '#'));
    let scope = rest.starts_with("(anonymous") || rest.starts_with("(unnamed");
    let open = words.last().is_none_or(|word| COMBINING.contains(&word.as_str()));
    (starts || scope) && open
}

/// Lanes of a vector attribute: `__vector_size__(4 * sizeof(float))`, `ext_vector_type(4)`.
fn vector_lanes(name: &str, operand: &str) -> Option<u64> {
    match name {
        "vector_size" => operand.split('*').next()?.trim().parse().ok(),
        "ext_vector_type" | "neon_vector_type" => operand.trim().parse().ok(),
        _ => None,
    }
}

fn derive(base: CType, derivations: Vec<Derivation>) -> CType {
    derivations
        .into_iter()
        .fold(base, |ty, derivation| match derivation {
            Derivation::Pointer { constant } => {
                let pointer = CType::Pointer(Box::new(ty));
                if constant {
                    CType::Const(Box::new(pointer))
                } else {
                    pointer
                }
            }
            Derivation::Reference => CType::Reference(Box::new(ty)),
            Derivation::Array(length) => CType::Array(Box::new(ty), length),
            Derivation::Function(mut function) => {
                // A trailing result type has been set already, and the base is `auto`.
                if matches!(&function.result, CType::Name(name) if name.is_empty()) {
                    function.result = ty;
                }
                CType::Function(Box::new(function))
            }
        })
}
