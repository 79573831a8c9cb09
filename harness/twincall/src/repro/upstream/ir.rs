//! The line of LLVM's IR that states a function's type, as a pattern of FileCheck: types, and of the attributes those that decide
//! where something is passed.

/// One parameter, or the result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Value {
    /// `i32`, `{ i64, i64 }`; a pattern, where several types are passed alike.
    pub(super) ty: String,
    /// `signext`, `byval(%struct.S) align 8`, in the order of the text.
    pub(super) attributes: Vec<String>,
    /// Whether a name follows, as in a definition.
    pub(super) named: bool,
}

/// What decides how a function is called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Line {
    pub(super) defined: bool,
    pub(super) result: Value,
    pub(super) params: Vec<Value>,
    pub(super) variadic: bool,
}

/// Reads the line of a function out of a module's text.
pub(super) fn read(module: &str, symbol: &str) -> Option<Line> {
    let name = format!("@{symbol}(");
    module.lines().find_map(|line| {
        let (defined, rest) = match line.strip_prefix("define ") {
            Some(rest) => (true, rest),
            None => (false, line.strip_prefix("declare ")?),
        };
        let (head, rest) = rest.split_once(&name)?;
        let inside = before_close(rest)?;
        let mut params = Vec::new();
        let mut variadic = false;
        for param in split(inside, ',') {
            match param {
                "..." => variadic = true,
                param => params.push(value(&split(param, ' '), defined)?),
            }
        }
        // What a function is linked by stands before its result's attributes, and both before the type.
        let mut words = split(head, ' ');
        let ty = words.pop()?;
        words.insert(0, ty);
        Some(Line {
            defined,
            result: value(&words, false)?,
            params,
            variadic,
        })
    })
}

/// What is said of named types in a module, as `%struct.S = type { i64, i64 }`, of those that a line needs.
pub(super) fn types(module: &str, lines: &[Line]) -> Vec<String> {
    let mut needed: Vec<String> = lines
        .iter()
        .flat_map(|line| line.params.iter().chain([&line.result]))
        .flat_map(|value| value.attributes.iter().chain([&value.ty]))
        .flat_map(|text| names(text))
        .collect();
    let known: Vec<(&str, &str)> = module
        .lines()
        .filter_map(|line| {
            line.starts_with('%')
                .then(|| line.split_once(" = type "))
                .flatten()
        })
        .collect();
    let mut next = 0;
    while let Some(name) = needed.get(next).cloned() {
        next += 1;
        let inner = known.iter().find(|(known, _)| *known == name);
        for name in inner.into_iter().flat_map(|(_, body)| names(body)) {
            if !needed.contains(&name) {
                needed.push(name);
            }
        }
    }
    known
        .iter()
        .filter(|(name, _)| needed.iter().any(|needed| needed == name))
        .map(|(name, body)| format!("{name} = type {body}"))
        .collect()
}

/// The named types in a text.
fn names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in text.split('%').skip(1) {
        let end = part.find(|c: char| !(c.is_alphanumeric() || "._$-".contains(c)));
        names.push(format!(
            "%{}",
            part.get(..end.unwrap_or(part.len())).unwrap_or(part)
        ));
    }
    names
}

/// The text before the parenthesis that closes what is open.
fn before_close(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return text.get(..at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The parts of a text between separators that stand in no brackets.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth = depth.saturating_sub(1),
            c if c == separator && depth == 0 => {
                parts.push(text.get(start..at).unwrap_or_default().trim());
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default().trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// A type with its attributes, without those that only help an optimizer.
fn value(words: &[&str], defined: bool) -> Option<Value> {
    let (ty, rest) = words.split_first()?;
    let mut attributes: Vec<String> = Vec::new();
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        let in_memory = |text: &str| text.starts_with("byval(") || text.starts_with("sret(");
        match *word {
            "signext" | "zeroext" | "inreg" => attributes.push((*word).to_owned()),
            "align" => {
                let bytes = rest.next()?;
                if let Some(last) = attributes.last_mut().filter(|last| in_memory(last)) {
                    last.push_str(&format!(" align {bytes}"));
                }
            }
            word if in_memory(word) => attributes.push(word.to_owned()),
            _ => {}
        }
    }
    Some(Value {
        ty: (*ty).to_owned(),
        attributes,
        named: defined,
    })
}

impl Value {
    /// A value of a type, without attributes.
    pub(super) fn of(ty: impl Into<String>) -> Value {
        Value {
            ty: ty.into(),
            attributes: Vec::new(),
            named: true,
        }
    }

    /// The same with an attribute.
    pub(super) fn with(mut self, attribute: &str) -> Value {
        self.attributes.push(attribute.to_owned());
        self
    }

    fn pattern(&self) -> String {
        let mut text = self.ty.clone();
        for attribute in &self.attributes {
            text.push_str(" {{[^,]*}}");
            text.push_str(attribute);
        }
        text.push_str(match self.named {
            true => " {{[^%]*}}%{{[^,) ]+}}",
            false => "{{( [^,)]+)?}}",
        });
        text
    }
}

impl Line {
    /// What FileCheck looks for.
    pub(super) fn pattern(&self, symbol: &str) -> String {
        let word = if self.defined { "define" } else { "declare" };
        let mut text = format!("{word}{{{{.*}}}} ");
        for attribute in &self.result.attributes {
            text.push_str(attribute);
            text.push_str(" {{.*}}");
        }
        text.push_str(&format!("{} @{symbol}(", self.result.ty));
        let mut params: Vec<String> = self.params.iter().map(Value::pattern).collect();
        if self.variadic {
            params.push("...".to_owned());
        }
        text.push_str(&params.join(", "));
        text.push(')');
        text
    }
}
