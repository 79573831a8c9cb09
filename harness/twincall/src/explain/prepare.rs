//! Makes a C source out of what a person typed: names the types that have none, so that a table can speak of them, and ends
//! what was left open. Whether the text is C at all is for the compiler to say.

use std::collections::BTreeSet;
use std::ops::Range;

mod tokens;

use tokens::{Kind, Token, matching, tokens};

/// A text as the compiler is to read it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Prepared {
    pub(super) source: String,
    /// What was named or moved, in words.
    pub(super) notes: Vec<String>,
    /// Whether the source is more than the text with an end.
    pub(super) changed: bool,
    /// What to call the types in the variables of [`types`], in their order.
    pub(super) names: Vec<String>,
}

/// A text ready for `explain`. Types with a body inside a parameter list mean nothing outside of it, so they are moved
/// before the declaration that they stand in.
pub(super) fn prototypes(text: &str) -> Prepared {
    let tokens = tokens(text);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut notes = Vec::new();
    let taken: BTreeSet<&str> = tokens.iter().map(|token| &text[token.range.clone()]).collect();
    let mut names: Vec<String> = Vec::new();
    for statement in statements(text, &tokens) {
        let mut moved = String::new();
        let first = tokens[statement.tokens.start].range.start;
        for body in bodies(text, &tokens, statement.tokens.clone()) {
            let whole = &text[body.range.clone()];
            let keyword = &text[body.keyword.clone()];
            match (&body.tag, body.argument) {
                (Some(tag), Some(_)) => {
                    let tag = &text[tag.clone()];
                    moved.push_str(&format!("{whole}; "));
                    edits.push((body.range.clone(), format!("{keyword} {tag}")));
                    notes.push(format!(
                        "`{keyword} {tag}` is read as if it were declared before the function"
                    ));
                }
                (None, Some(argument)) => {
                    let tag = fresh(&format!("arg{argument}"), &taken, &names);
                    let rest = &text[body.keyword.end..body.range.end];
                    moved.push_str(&format!("{keyword} {tag}{rest}; "));
                    edits.push((body.range.clone(), format!("{keyword} {tag}")));
                    notes.push(format!(
                        "the {keyword} without a name of argument {argument} is called `{keyword} {tag}`"
                    ));
                    names.push(tag);
                }
                (None, None) if !statement.typedef && statement.calls => {
                    let tag = fresh("result", &taken, &names);
                    edits.push((body.keyword.clone(), format!("{keyword} {tag}")));
                    notes.push(format!(
                        "the {keyword} without a name of the result is called `{keyword} {tag}`"
                    ));
                    names.push(tag);
                }
                _ => {}
            }
        }
        if !moved.is_empty() {
            edits.push((first..first, moved));
        }
    }
    let changed = !edits.is_empty();
    edits.sort_by_key(|(range, _)| range.start);
    let mut source = String::new();
    let mut at = 0;
    for (range, new) in edits {
        source.push_str(text.get(at..range.start).unwrap_or_default());
        source.push_str(&new);
        at = range.end.max(at);
    }
    source.push_str(text.get(at..).unwrap_or_default());
    Prepared {
        source: source + ending(text, &tokens),
        names: Vec::new(),
        notes,
        changed,
    }
}

/// A text with the end that it lacks.
pub(super) fn ended(text: &str) -> String {
    format!("{text}{}", ending(text, &tokens(text)))
}

/// A text ready for `layout`: variables that nobody defines, one for each type of the text, hold the types.
pub(super) fn types(text: &str, variable: &str) -> Prepared {
    let tokens = tokens(text);
    let mut source = String::new();
    let mut at = 0;
    let mut names: Vec<String> = Vec::new();
    let mut declared = String::new();
    let mut show = |names: &mut Vec<String>, ty: String| {
        if !names.contains(&ty) {
            declared.push_str(&format!("extern {ty} {variable}{};\n", names.len()));
            names.push(ty);
        }
    };
    for statement in statements(text, &tokens) {
        let inside = &tokens[statement.tokens.clone()];
        let (Some(first), Some(last)) = (inside.first(), inside.last()) else {
            continue;
        };
        let range = first.range.start..last.range.end;
        let bodies = bodies(text, &tokens, statement.tokens.clone());
        for body in &bodies {
            if let (Some(tag), None) = (&body.tag, body.argument) {
                show(
                    &mut names,
                    format!("{} {}", &text[body.keyword.clone()], &text[tag.clone()]),
                );
            }
        }
        if statement.typedef {
            // The name that a typedef makes is its last word outside brackets.
            let word = inside
                .iter()
                .rev()
                .find(|token| token.kind == Kind::Word && token.depth == 0);
            if let Some(word) = word {
                show(&mut names, text[word.range.clone()].to_owned());
            }
            continue;
        }
        let only_body = bodies.first().filter(|body| body.range == range);
        match only_body {
            Some(body) if body.tag.is_some() => {}
            None if statement.ended => {}
            _ => {
                // A type without a name, or a name such as `unsigned long[3]`.
                source.push_str(&text[at..range.start]);
                let ty = &text[range.clone()];
                source.push_str(&format!("extern __typeof__({ty}) {variable}{}", names.len()));
                at = range.end;
                names.push(short(ty));
            }
        }
    }
    source.push_str(&text[at..]);
    source.push_str(ending(text, &tokens));
    source.push('\n');
    source.push_str(&declared);
    Prepared {
        source,
        notes: Vec::new(),
        changed: true,
        names,
    }
}

/// A type on one line that is not too long.
fn short(ty: &str) -> String {
    const MOST: usize = 70;
    let folded = ty.split_whitespace().collect::<Vec<_>>().join(" ");
    match folded.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &folded[..end]),
        None => folded,
    }
}

fn ending(text: &str, tokens: &[Token]) -> &'static str {
    let Some(last) = tokens.last() else { return "" };
    match &text[last.range.clone()] {
        _ if last.kind == Kind::Directive => "",
        ";" => "",
        // The end of a body needs none, and where it ends a type a further one is allowed.
        _ if text[last.range.end..].trim().is_empty() => ";",
        _ => "\n;",
    }
}

fn fresh(stem: &str, taken: &BTreeSet<&str>, names: &[String]) -> String {
    let mut name = format!("{stem}_t");
    let mut count = 1;
    while taken.contains(name.as_str()) || names.contains(&name) {
        count += 1;
        name = format!("{stem}_{count}_t");
    }
    name
}

/// A declaration or definition at file scope.
#[derive(Clone, Debug)]
struct Statement {
    /// Indices of its tokens, without the `;`.
    tokens: Range<usize>,
    typedef: bool,
    /// Whether it has parentheses, as a function has.
    calls: bool,
    /// Whether a `;` or a body ends it.
    ended: bool,
}

fn statements(text: &str, tokens: &[Token]) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut start = 0;
    let close = |range: Range<usize>, ended: bool, statements: &mut Vec<Statement>| {
        if range.is_empty() {
            return;
        }
        let inside = &tokens[range.clone()];
        statements.push(Statement {
            typedef: inside.iter().any(|token| &text[token.range.clone()] == "typedef"),
            calls: inside
                .iter()
                .any(|token| token.depth == 0 && &text[token.range.clone()] == "("),
            tokens: range,
            ended,
        });
    };
    for (index, token) in tokens.iter().enumerate() {
        let boundary = token.kind == Kind::Directive;
        if boundary || token.depth == 0 && &text[token.range.clone()] == ";" {
            close(start..index, !boundary, &mut statements);
            start = index + 1;
        }
    }
    close(start..tokens.len(), false, &mut statements);
    statements
}

/// A struct, union or enum with members.
#[derive(Clone, Debug)]
struct Body {
    /// From the keyword to the brace, attributes behind it included.
    range: Range<usize>,
    keyword: Range<usize>,
    tag: Option<Range<usize>>,
    /// In which parameter of the outermost list it stands, counted from 1.
    argument: Option<usize>,
}

/// The outermost bodies of a statement.
fn bodies(text: &str, tokens: &[Token], range: Range<usize>) -> Vec<Body> {
    let word = |index: usize| tokens.get(index).map(|token| &text[token.range.clone()]);
    let mut bodies = Vec::new();
    let mut argument = 0;
    let mut index = range.start;
    while index < range.end {
        let token = &tokens[index];
        match word(index).unwrap_or_default() {
            "(" if token.depth == 0 => argument = 1,
            "," if token.depth == 1 => argument += 1,
            "{" => {
                // The body of a function, or a value.
                index = matching(text, tokens, index);
            }
            "struct" | "union" | "enum" => {
                if let Some((body, next)) = body(text, tokens, index, argument) {
                    bodies.push(body);
                    index = next;
                    continue;
                }
            }
            _ => {}
        }
        index += 1;
    }
    bodies
}

/// The body that begins with the keyword at `index`, and the index of the token behind it.
fn body(text: &str, tokens: &[Token], index: usize, argument: usize) -> Option<(Body, usize)> {
    let word = |index: usize| tokens.get(index).map(|token| &text[token.range.clone()]);
    let attributes = |mut at: usize| {
        while matches!(word(at), Some("__attribute__" | "__attribute" | "_Alignas"))
            && word(at + 1) == Some("(")
        {
            at = matching(text, tokens, at + 1) + 1;
        }
        at
    };
    let mut at = attributes(index + 1);
    let mut tag = None;
    if tokens.get(at).is_some_and(|token| token.kind == Kind::Word) {
        tag = Some(tokens[at].range.clone());
        at = attributes(at + 1);
    }
    if word(at) == Some(":") {
        while at < tokens.len() && !matches!(word(at), Some("{" | ";" | ")" | ",")) {
            at += 1;
        }
    }
    if word(at) != Some("{") {
        return None;
    }
    let next = attributes(matching(text, tokens, at) + 1);
    let last = tokens.get(next.checked_sub(1)?)?;
    let first = &tokens[index];
    let body = Body {
        range: first.range.start..last.range.end,
        keyword: first.range.clone(),
        tag,
        argument: (first.depth > 0).then_some(argument),
    };
    Some((body, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &str, source: &str) {
        assert_eq!(prototypes(text).source, source);
    }

    #[test]
    fn types_of_a_parameter_list_are_named_and_moved() {
        reads("int f(int a)", "int f(int a);");
        reads("int f(int a); // well", "int f(int a); // well");
        reads("int f(int a) // well", "int f(int a) // well\n;");
        reads(
            "int f(int a, struct { float x; } v)",
            "struct arg2_t { float x; }; int f(int a, struct arg2_t v);",
        );
        reads(
            "#include <a.h>\ntypedef struct { int a; } T; T f(struct s { T t; } v, union { int a; } w);",
            "#include <a.h>\ntypedef struct { int a; } T; struct s { T t; }; union arg2_t { int a; }; \
             T f(struct s v, union arg2_t w);",
        );
        reads("struct { int a; } f(void)", "struct result_t { int a; } f(void);");
        reads(
            "void f(struct { struct { int a; } b; } __attribute__((packed)) v)",
            "struct arg1_t { struct { int a; } b; } __attribute__((packed)); void f(struct arg1_t v);",
        );
    }

    #[test]
    fn types_get_variables() {
        assert_eq!(
            types("struct { int a; }", "x").source,
            "extern __typeof__(struct { int a; }) x0;\n"
        );
        assert_eq!(
            types("struct { int a; };", "x").source,
            "extern __typeof__(struct { int a; }) x0;\n"
        );
        assert_eq!(
            types("struct s { int a; }; typedef struct s t[2];", "x").source,
            "struct s { int a; }; typedef struct s t[2];\nextern struct s x0;\nextern t x1;\n"
        );
        assert_eq!(
            types("struct s { int a; }", "x").source,
            "struct s { int a; };\nextern struct s x0;\n"
        );
    }

    #[test]
    fn no_text_is_too_odd() {
        for text in [
            "",
            "(",
            "struct {",
            "{{{",
            "struct",
            "\"",
            "/*",
            "'",
            "#",
            "}",
            ")",
            "struct s : {",
            "é(ü",
        ] {
            let _ = (prototypes(text), types(text, "x"), ended(text));
        }
    }
}
