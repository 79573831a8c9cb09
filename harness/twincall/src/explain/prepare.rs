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
    /// What was moved, in words.
    pub(super) notes: Vec<String>,
    /// Whether the source is more than the text with an end.
    pub(super) changed: bool,
    /// What to call the types in the variables of [`types`], in their order.
    pub(super) names: Vec<String>,
    /// Names that the source gives to types without one.
    pub(super) lent: Vec<Lent>,
}

/// A name that a type has for the compiler alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Lent {
    /// `arg2_t`
    name: String,
    keyword: String,
    /// `struct { int a; }`, white space folded.
    written: String,
}

/// Types longer than this are shown without what is in them, where a line has no room for more.
const LONGEST: usize = 48;

impl Lent {
    /// Puts what was written in the place of the name, in a declaration that has room.
    pub(super) fn restore(&self, text: &str) -> String {
        self.replace(text, &self.written)
    }

    /// The same on a line of a table.
    pub(super) fn restore_short(&self, text: &str) -> String {
        match self.written.chars().count() > LONGEST {
            true => self.replace(text, &format!("{} {{…}}", self.keyword)),
            false => self.replace(text, &self.written),
        }
    }

    fn replace(&self, text: &str, new: &str) -> String {
        let mut done = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(&self.name) {
            let (before, after) = (&rest[..at], &rest[at + self.name.len()..]);
            let inside = |c: char| c.is_alphanumeric() || c == '_';
            if before.ends_with(inside) || after.starts_with(inside) {
                done.push_str(&rest[..at + self.name.len()]);
            } else {
                let before = before.strip_suffix(' ').unwrap_or(before);
                done.push_str(before.strip_suffix(&self.keyword).unwrap_or(&rest[..at]));
                done.push_str(new);
            }
            rest = after;
        }
        done + rest
    }
}

/// A text ready for `explain`. Types with a body inside a parameter list mean nothing outside of it, so they are moved
/// before the declaration that they stand in, and tags that nothing declares are declared there.
pub(super) fn prototypes(text: &str) -> Prepared {
    let tokens = tokens(text);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut notes = Vec::new();
    let taken: BTreeSet<&str> = tokens.iter().map(|token| &text[token.range.clone()]).collect();
    let mut lent: Vec<Lent> = Vec::new();
    let mut declared: BTreeSet<&str> = outer_tags(text, &tokens);
    for statement in statements(text, &tokens) {
        let mut moved = String::new();
        let first = tokens[statement.tokens.start].range.start;
        if statement.calls {
            for (keyword, tag) in inner_tags(text, &tokens, statement.tokens.clone()) {
                if declared.insert(tag) {
                    moved.push_str(&format!("{keyword} {tag}; "));
                }
            }
        }
        for body in bodies(text, &tokens, statement.tokens.clone()) {
            let whole = &text[body.range.clone()];
            let keyword = &text[body.keyword.clone()];
            let (head, rest) = whole.split_at(body.name_at - body.range.start);
            let mut lend = |stem: &str| {
                let name = fresh(stem, &taken, &lent);
                lent.push(Lent {
                    name: name.clone(),
                    keyword: keyword.to_owned(),
                    written: folded(whole),
                });
                name
            };
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
                    let tag = lend(&format!("arg{argument}"));
                    moved.push_str(&format!("{head} {tag}{rest}; "));
                    edits.push((body.range.clone(), format!("{keyword} {tag}")));
                }
                (None, None) if !statement.typedef && statement.calls => {
                    edits.push((body.name_at..body.name_at, format!(" {}", lend("result"))));
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
        notes,
        changed,
        names: Vec::new(),
        lent,
    }
}

/// Tags that stand outside of every bracket, where they are declared.
fn outer_tags<'t>(text: &'t str, tokens: &[Token]) -> BTreeSet<&'t str> {
    let outside = tokens.iter().enumerate().filter(|(_, token)| token.depth == 0);
    outside
        .filter_map(|(index, _)| tag_at(text, tokens, index))
        .map(|(_, tag)| tag)
        .collect()
}

/// Structs and unions that a parameter list names, without those in bodies.
fn inner_tags<'t>(text: &'t str, tokens: &[Token], range: Range<usize>) -> Vec<(&'t str, &'t str)> {
    let mut tags = Vec::new();
    let mut index = range.start;
    while index < range.end {
        if word(text, tokens, index) == Some("{") {
            index = matching(text, tokens, index);
        } else if tokens.get(index).is_some_and(|token| token.depth > 0) {
            let named = tag_at(text, tokens, index).filter(|(keyword, _)| *keyword != "enum");
            tags.extend(named.filter(|_| body(text, tokens, index, 0).is_none()));
        }
        index += 1;
    }
    tags
}

/// The keyword at `index` with the tag behind it.
fn tag_at<'t>(text: &'t str, tokens: &[Token], index: usize) -> Option<(&'t str, &'t str)> {
    let keyword = word(text, tokens, index).filter(|word| matches!(*word, "struct" | "union" | "enum"))?;
    let at = behind_attributes(text, tokens, index + 1);
    let tag = tokens.get(at).filter(|token| token.kind == Kind::Word)?;
    Some((keyword, &text[tag.range.clone()]))
}

fn word<'t>(text: &'t str, tokens: &[Token], index: usize) -> Option<&'t str> {
    tokens.get(index).map(|token| &text[token.range.clone()])
}

/// The index behind the attributes that begin at `at`.
fn behind_attributes(text: &str, tokens: &[Token], mut at: usize) -> usize {
    loop {
        let next = word(text, tokens, at + 1);
        match word(text, tokens, at) {
            Some("__attribute__" | "__attribute" | "__declspec" | "_Alignas" | "alignas")
                if next == Some("(") =>
            {
                at = matching(text, tokens, at + 1) + 1;
            }
            Some("[") if next == Some("[") => at = matching(text, tokens, at) + 1,
            _ => return at,
        }
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
        changed: true,
        names,
        ..Prepared::default()
    }
}

/// A type on one line that is not too long.
fn short(ty: &str) -> String {
    const MOST: usize = 70;
    let folded = folded(ty);
    match folded.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &folded[..end]),
        None => folded,
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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

fn fresh(stem: &str, taken: &BTreeSet<&str>, lent: &[Lent]) -> String {
    let mut name = format!("{stem}_t");
    let mut count = 1;
    while taken.contains(name.as_str()) || lent.iter().any(|own| own.name == name) {
        count += 1;
        name = format!("{stem}_{count}_t");
    }
    name
}

/// A declaration of a text that can be left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Declared {
    /// Bytes of the text.
    pub(super) range: Range<usize>,
    /// `f`, `struct S`, or how it begins.
    pub(super) name: String,
    pub(super) is_function: bool,
}

/// The declarations of a text.
pub(super) fn declarations(text: &str) -> Vec<Declared> {
    let tokens = tokens(text);
    let all = statements(text, &tokens);
    all.iter()
        .filter_map(|statement| declaration(text, &tokens, statement))
        .collect()
}

fn declaration(text: &str, tokens: &[Token], statement: &Statement) -> Option<Declared> {
    let inside = tokens.get(statement.tokens.clone())?;
    let range = inside.first()?.range.start..inside.last()?.range.end;
    let opens = |index: &usize| {
        let outside = tokens.get(*index).is_some_and(|token| token.depth == 0);
        outside && word(text, tokens, *index) == Some("(")
    };
    let called = statement.tokens.clone().filter(opens).find_map(|open| {
        let name = tokens.get(open.checked_sub(1)?)?;
        let name = (name.kind == Kind::Word).then(|| &text[name.range.clone()])?;
        (!matches!(
            name,
            "__attribute__" | "__attribute" | "__declspec" | "_Alignas" | "alignas"
        ))
        .then_some(name)
    });
    let function = called.filter(|_| !statement.typedef);
    let tag = || {
        let mut tags = statement
            .tokens
            .clone()
            .filter_map(|index| tag_at(text, tokens, index));
        tags.next().map(|(keyword, tag)| format!("{keyword} {tag}"))
    };
    let name = match function {
        Some(name) => name.to_owned(),
        None => tag().unwrap_or_else(|| short(&text[range.clone()])),
    };
    Some(Declared {
        range,
        name,
        is_function: function.is_some(),
    })
}

/// Brackets, stars or signs of templates that are open or stand in a row are more than compilers bear.
const DEEPEST: usize = 256;

/// Whether a text nests deeper than a compiler reads without harm.
pub(super) fn too_deep(text: &str) -> bool {
    let mut row = 0;
    let mut templates = 0usize;
    tokens(text).iter().any(|token| {
        match &text[token.range.clone()] {
            "*" | "&" | "-" | "!" | "~" | "+" => row += 1,
            "const" | "volatile" | "restrict" => {}
            "<" => templates += 1,
            ">" => templates = templates.saturating_sub(1),
            _ => row = 0,
        }
        token.depth.max(row).max(templates) > DEEPEST
    })
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
    // The token before the brace that is open at the outermost level.
    let mut before_brace = None;
    for (index, token) in tokens.iter().enumerate() {
        let boundary = token.kind == Kind::Directive;
        match &text[token.range.clone()] {
            ";" if token.depth == 0 => {}
            "{" if token.depth == 0 => {
                before_brace = index.checked_sub(1).filter(|before| *before >= start);
                continue;
            }
            // The body of a function needs no `;`, that of a type does.
            "}" if token.depth == 0 && ends_with_body(text, tokens, before_brace) => {
                close(start..index + 1, true, &mut statements);
                start = index + 1;
                continue;
            }
            _ if boundary => {}
            _ => continue,
        }
        close(start..index, !boundary, &mut statements);
        start = index + 1;
    }
    close(start..tokens.len(), false, &mut statements);
    statements
}

/// Whether the brace behind this token opens the body of a function, or a block of `extern "C"`.
fn ends_with_body(text: &str, tokens: &[Token], before: Option<usize>) -> bool {
    let Some(before) = before else { return false };
    let Some(last) = tokens.get(before) else {
        return false;
    };
    let opens = |index: &usize| {
        let token = tokens.get(*index);
        token.is_some_and(|token| token.depth == last.depth && &text[token.range.clone()] == "(")
    };
    let named = || {
        let open = (0..before).rev().find(opens)?;
        word(text, tokens, open.checked_sub(1)?)
    };
    match &text[last.range.clone()] {
        ")" => !matches!(
            named(),
            Some("__attribute__" | "__attribute" | "__declspec" | "_Alignas" | "alignas")
        ),
        quoted => quoted.starts_with('"'),
    }
}

/// A struct, union or enum with members.
#[derive(Clone, Debug)]
struct Body {
    /// From the keyword to the brace, attributes behind it included.
    range: Range<usize>,
    keyword: Range<usize>,
    /// Where a tag stands or would stand, as a byte.
    name_at: usize,
    tag: Option<Range<usize>>,
    /// In which parameter of the outermost list it stands, counted from 1.
    argument: Option<usize>,
}

/// The outermost bodies of a statement.
fn bodies(text: &str, tokens: &[Token], range: Range<usize>) -> Vec<Body> {
    let word = |index: usize| word(text, tokens, index);
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
    let word = |index: usize| word(text, tokens, index);
    let attributes = |at: usize| behind_attributes(text, tokens, at);
    let mut at = attributes(index + 1);
    let name_at = tokens.get(at.checked_sub(1)?)?.range.end;
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
        name_at,
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
        reads(
            "union __attribute__((aligned(8))) { int a; } f(enum [[gnu::packed]] { A } e)",
            "enum [[gnu::packed]] arg1_t { A }; union __attribute__((aligned(8))) result_t { int a; } f(enum arg1_t e);",
        );
    }

    #[test]
    fn tags_that_nothing_declares_are_declared_before_the_function() {
        reads(
            "int a(struct s *p); int b(struct s *p, union __attribute__((x)) u *q);",
            "struct s; int a(struct s *p); union u; int b(struct s *p, union __attribute__((x)) u *q);",
        );
        reads(
            "struct s { struct t *t; }; int f(struct s s) { struct v *v; }",
            "struct s { struct t *t; }; int f(struct s s) { struct v *v; };",
        );
    }

    #[test]
    fn a_lent_name_is_taken_back() {
        let text = "int f(struct { int  a; } v, union __attribute__((packed)) { char some[4]; int of; double these; } w)";
        let prepared = prototypes(text);
        let shown = |text: &str, restore: fn(&Lent, &str) -> String| {
            prepared
                .lent
                .iter()
                .fold(text.to_owned(), |text, lent| restore(lent, &text))
        };
        let lines = "struct arg1_t *, const union arg2_t, struct arg1_t2, arg1_t";
        assert_eq!(
            shown(lines, Lent::restore_short),
            "struct { int a; } *, const union {…}, struct arg1_t2, struct { int a; }"
        );
        let union = "union __attribute__((packed)) { char some[4]; int of; double these; }";
        assert_eq!(shown("union arg2_t w", Lent::restore), format!("{union} w"));
    }

    #[test]
    fn declarations_end_with_a_body_or_a_semicolon() {
        let text = "struct s { int a; }; extern \"C\" { int e(int); } int f(int a) { if (a) { } return 0; } \
                    struct __attribute__((packed)) { char a; } v; typedef int (*callback)(int); int g()";
        let found = declarations(text);
        let found: Vec<(&str, bool)> = found
            .iter()
            .map(|own| (own.name.as_str(), own.is_function))
            .collect();
        let wanted = [
            ("struct s", false),
            ("extern \"C\" { int e(int); }", false),
            ("f", true),
            ("struct __attribute__((packed)) { char a; } v", false),
            ("typedef int (*callback)(int)", false),
            ("g", true),
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn what_nests_too_deeply_is_seen() {
        for deep in ["(", "*", "* const ", "a<", "{[", "&", "-"] {
            assert!(too_deep(&format!("int {}", deep.repeat(300))), "{deep}");
        }
        for flat in ["int *a, ", "(a) ", "a<b> "] {
            assert!(!too_deep(&flat.repeat(10_000)), "{flat}");
        }
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
