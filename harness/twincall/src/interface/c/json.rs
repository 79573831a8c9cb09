//! Reads clang's JSON syntax tree into the few nodes an interface needs, with the place of each; it gives
//! them no meaning.
//!
//! The tree of a unit that includes `immintrin.h` has 200 MB, so function bodies and expressions are passed
//! over without being built, and without recursion. They are still read: clang leaves out `file` and `line`
//! where they equal those of the location printed before, wherever in the document that was.

use std::rc::Rc;

use super::AstError;

/// One position in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Point {
    pub(super) file: Rc<str>,
    pub(super) line: u32,
    pub(super) column: u32,
    /// In bytes from the start of the file.
    pub(super) offset: usize,
    /// Bytes of the token that starts here.
    pub(super) length: usize,
    /// File and line after the last `#line`, if there was one. Whether it is in force here cannot be told:
    /// clang leaves these out both where they equal the real ones and where they equal the last ones.
    pub(super) presumed: (Rc<str>, u32),
}

/// A position as written and as expanded; the two differ inside macros.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) spelling: Point,
    pub(super) expansion: Point,
}

impl Place {
    pub(super) fn in_macro(&self) -> bool {
        self.spelling != self.expansion
    }
}

/// A declaration, attribute, type or constant of the tree. Keys that a kind does not have are empty.
#[derive(Clone, Default, Debug)]
pub(super) struct Node {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) place: Option<Place>,
    pub(super) begin: Option<Place>,
    pub(super) end: Option<Place>,
    pub(super) name: String,
    pub(super) mangled_name: String,
    pub(super) qual_type: String,
    pub(super) desugared: String,
    pub(super) underlying: String,
    pub(super) storage_class: String,
    pub(super) tag: String,
    pub(super) value: String,
    pub(super) language: String,
    pub(super) init: String,
    pub(super) tls: String,
    pub(super) previous: String,
    /// The declaration that a `RecordType` or `EnumType` refers to.
    pub(super) declaration: String,
    /// Qualified types of base classes.
    pub(super) bases: Vec<String>,
    pub(super) complete: bool,
    pub(super) implicit: bool,
    pub(super) bit_field: bool,
    pub(super) inline: bool,
    pub(super) has_braces: bool,
    pub(super) deleted: bool,
    /// C++: whether a value may travel in registers, as a C struct would.
    pub(super) passed_in_registers: bool,
    /// C++: whether it has virtual functions, of its own or inherited.
    pub(super) polymorphic: bool,
    pub(super) inner: Vec<Node>,
}

impl Node {
    /// The first child of this kind.
    pub(super) fn child(&self, kind: &str) -> Option<&Node> {
        self.inner.iter().find(|node| node.kind == kind)
    }
}

/// Declarations that are nested deeper than this are refused, so that the reader's stack is bounded.
const MAX_DEPTH: usize = 200;

/// Reads a whole document, whose outermost object is the translation unit.
pub(super) fn read(json: &[u8]) -> Result<Node, AstError> {
    let nowhere: Rc<str> = Rc::from("");
    let last = Last {
        file: nowhere.clone(),
        line: 0,
        presumed_file: nowhere,
        presumed_line: 0,
    };
    let mut reader = Reader {
        bytes: json,
        at: 0,
        last,
    };
    let root = reader.node("", MAX_DEPTH)?.ok_or(AstError::NotATranslationUnit)?;
    if root.kind == "TranslationUnitDecl" {
        Ok(root)
    } else {
        Err(AstError::NotATranslationUnit)
    }
}

/// Whether a child of this kind is kept below a parent of that kind.
fn is_kept(parent: &str, kind: &str) -> bool {
    match parent {
        "" | "TranslationUnitDecl" | "LinkageSpecDecl" | "NamespaceDecl" => matches!(
            kind,
            "TranslationUnitDecl"
                | "LinkageSpecDecl"
                | "NamespaceDecl"
                | "FunctionDecl"
                | "FunctionTemplateDecl"
                | "VarDecl"
                | "TypedefDecl"
                | "TypeAliasDecl"
                | "RecordDecl"
                | "CXXRecordDecl"
                | "EnumDecl"
        ),
        "FunctionDecl" => matches!(kind, "ParmVarDecl" | "CompoundStmt") || kind.ends_with("Attr"),
        "VarDecl" => kind.ends_with("Attr"),
        "RecordDecl" | "CXXRecordDecl" => {
            matches!(
                kind,
                "RecordDecl" | "CXXRecordDecl" | "EnumDecl" | "FieldDecl" | "TypedefDecl"
            ) || kind.ends_with("Attr")
        }
        "FieldDecl" => kind == "ConstantExpr" || kind.ends_with("Attr"),
        "EnumDecl" => kind == "EnumConstantDecl" || kind.ends_with("Attr"),
        "EnumConstantDecl" | "ImplicitCastExpr" => matches!(kind, "ConstantExpr" | "ImplicitCastExpr"),
        "TypedefDecl" | "TypeAliasDecl" | "ElaboratedType" | "QualType" => {
            matches!(kind, "RecordType" | "EnumType" | "ElaboratedType" | "QualType")
        }
        // An `aligned` attribute without an operand has a child without a kind.
        "AlignedAttr" => matches!(kind, "ConstantExpr" | ""),
        _ => false,
    }
}

/// What clang printed last, which the next location leaves out where it is the same.
struct Last {
    file: Rc<str>,
    line: u32,
    presumed_file: Rc<str>,
    presumed_line: u32,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    last: Last,
}

impl<'a> Reader<'a> {
    fn node(&mut self, parent: &str, depth: usize) -> Result<Option<Node>, AstError> {
        if depth == 0 {
            return Err(AstError::TooDeep);
        }
        let mut node = Node::default();
        let mut kept = None;
        self.expect(b'{')?;
        while let Some(key) = self.next_key()? {
            match key {
                b"id" => node.id = self.text()?,
                b"kind" => {
                    node.kind = self.text()?;
                    kept = Some(is_kept(parent, &node.kind));
                }
                _ if kept == Some(false) => self.pass_over()?,
                b"loc" => node.place = self.place()?,
                b"range" => self.range(&mut node)?,
                b"name" => node.name = self.text()?,
                b"mangledName" => node.mangled_name = self.text()?,
                b"type" => {
                    node.qual_type = self.type_texts(&mut node.desugared)?;
                }
                b"fixedUnderlyingType" => {
                    let mut desugared = String::new();
                    let written = self.type_texts(&mut desugared)?;
                    node.underlying = if desugared.is_empty() { written } else { desugared };
                }
                b"storageClass" => node.storage_class = self.text()?,
                b"tagUsed" => node.tag = self.text()?,
                b"value" => node.value = self.text()?,
                b"language" => node.language = self.text()?,
                b"init" => node.init = self.text()?,
                b"tls" => node.tls = self.text()?,
                b"previousDecl" => node.previous = self.text()?,
                b"completeDefinition" => node.complete = self.text()? == "true",
                b"isImplicit" => node.implicit = self.text()? == "true",
                b"isBitfield" => node.bit_field = self.text()? == "true",
                b"inline" => node.inline = self.text()? == "true",
                b"hasBraces" => node.has_braces = self.text()? == "true",
                b"explicitlyDeleted" => node.deleted = self.text()? == "true",
                b"decl" => node.declaration = self.text_of(b"id")?,
                b"definitionData" => self.definition_data(&mut node)?,
                b"bases" => self.bases(&mut node)?,
                b"inner" => self.children(&mut node, depth - 1)?,
                _ => self.pass_over()?,
            }
        }
        // An object without a kind stands for an absent child.
        let kept = kept.unwrap_or_else(|| is_kept(parent, ""));
        Ok(kept.then_some(node))
    }

    fn children(&mut self, node: &mut Node, depth: usize) -> Result<(), AstError> {
        self.expect(b'[')?;
        while self.next_element()? {
            if let Some(child) = self.node(&node.kind, depth)? {
                node.inner.push(child);
            }
        }
        Ok(())
    }

    fn definition_data(&mut self, node: &mut Node) -> Result<(), AstError> {
        self.expect(b'{')?;
        while let Some(key) = self.next_key()? {
            match key {
                b"canPassInRegisters" => node.passed_in_registers = self.text()? == "true",
                b"isPolymorphic" => node.polymorphic = self.text()? == "true",
                _ => self.pass_over()?,
            }
        }
        Ok(())
    }

    fn bases(&mut self, node: &mut Node) -> Result<(), AstError> {
        self.expect(b'[')?;
        while self.next_element()? {
            self.expect(b'{')?;
            while let Some(key) = self.next_key()? {
                if key == b"type" {
                    node.bases.push(self.text_of(b"qualType")?);
                } else {
                    self.pass_over()?;
                }
            }
        }
        Ok(())
    }

    fn range(&mut self, node: &mut Node) -> Result<(), AstError> {
        self.expect(b'{')?;
        while let Some(key) = self.next_key()? {
            match key {
                b"begin" => node.begin = self.place()?,
                b"end" => node.end = self.place()?,
                _ => self.pass_over()?,
            }
        }
        Ok(())
    }

    fn type_texts(&mut self, desugared: &mut String) -> Result<String, AstError> {
        let mut written = String::new();
        self.expect(b'{')?;
        while let Some(key) = self.next_key()? {
            match key {
                b"qualType" => written = self.text()?,
                b"desugaredQualType" => *desugared = self.text()?,
                _ => self.pass_over()?,
            }
        }
        // Types of clang's builtin functions (`malloc`, `strlen`) that no source can name.
        for (name, meaning) in [
            ("__signed_size_t", "long"),
            ("__ptrdiff_t", "long"),
            ("__size_t", "unsigned long"),
        ] {
            if written.contains(name) {
                written = written.replace(name, meaning);
            }
        }
        Ok(written)
    }

    /// The text of one key of an object.
    fn text_of(&mut self, wanted: &[u8]) -> Result<String, AstError> {
        let mut found = String::new();
        self.expect(b'{')?;
        while let Some(key) = self.next_key()? {
            if key == wanted {
                found = self.text()?;
            } else {
                self.pass_over()?;
            }
        }
        Ok(found)
    }

    /// A location: empty, bare, or the pair that macros make.
    fn place(&mut self) -> Result<Option<Place>, AstError> {
        let (mut spelling, mut expansion) = (None, None);
        let mut bare = Bare::default();
        self.expect(b'{')?;
        while let Some(key) = self.next_key()? {
            match key {
                b"spellingLoc" => spelling = self.point()?,
                b"expansionLoc" => expansion = self.point()?,
                _ => self.point_key(key, &mut bare)?,
            }
        }
        if let Some(point) = self.close(bare) {
            return Ok(Some(Place {
                spelling: point.clone(),
                expansion: point,
            }));
        }
        Ok(spelling
            .zip(expansion)
            .map(|(spelling, expansion)| Place { spelling, expansion }))
    }

    fn point(&mut self) -> Result<Option<Point>, AstError> {
        let mut bare = Bare::default();
        self.expect(b'{')?;
        while let Some(key) = self.next_key()? {
            self.point_key(key, &mut bare)?;
        }
        Ok(self.close(bare))
    }

    fn point_key(&mut self, key: &[u8], bare: &mut Bare) -> Result<(), AstError> {
        match key {
            b"offset" => bare.offset = Some(self.number()?),
            b"file" => self.last.file = Rc::from(self.text()?),
            b"line" => self.last.line = self.number()? as u32,
            b"presumedFile" => self.last.presumed_file = Rc::from(self.text()?),
            b"presumedLine" => self.last.presumed_line = self.number()? as u32,
            b"col" => bare.column = self.number()? as u32,
            b"tokLen" => bare.length = self.number()?,
            _ => self.pass_over()?,
        }
        Ok(())
    }

    /// Ends a location. Without an offset it was empty.
    fn close(&mut self, bare: Bare) -> Option<Point> {
        let last = &self.last;
        Some(Point {
            file: last.file.clone(),
            line: last.line,
            column: bare.column,
            offset: bare.offset?,
            length: bare.length,
            presumed: (last.presumed_file.clone(), last.presumed_line),
        })
    }

    /// Passes over one value of any kind, following the locations inside it.
    fn pass_over(&mut self) -> Result<(), AstError> {
        // For each open object or array, whether it is a location, which starts with `offset`.
        let mut open: Vec<bool> = Vec::new();
        let mut first_key = false;
        loop {
            self.space();
            let byte = self.peek()?;
            match byte {
                b'{' | b'[' => {
                    self.at += 1;
                    open.push(false);
                    first_key = byte == b'{';
                    continue;
                }
                b'}' | b']' => {
                    self.at += 1;
                    open.pop();
                }
                b',' => {
                    self.at += 1;
                    continue;
                }
                b'"' => {
                    let text = self.raw_string()?;
                    self.space();
                    if self.bytes.get(self.at) == Some(&b':') {
                        self.at += 1;
                        if let Some(location) = open.last_mut() {
                            *location |= first_key && text == b"offset";
                            first_key = false;
                            match text {
                                b"file" if *location => self.last.file = Rc::from(self.text()?),
                                b"line" if *location => self.last.line = self.number()? as u32,
                                b"presumedFile" if *location => {
                                    self.last.presumed_file = Rc::from(self.text()?)
                                }
                                b"presumedLine" if *location => {
                                    self.last.presumed_line = self.number()? as u32
                                }
                                _ => {}
                            }
                        }
                        continue;
                    }
                }
                _ => {
                    self.literal()?;
                }
            }
            if open.is_empty() {
                return Ok(());
            }
        }
    }

    /// The next key of an object that is open, or `None` at its end.
    fn next_key(&mut self) -> Result<Option<&'a [u8]>, AstError> {
        self.space();
        if self.peek()? == b',' {
            self.at += 1;
            self.space();
        }
        if self.peek()? == b'}' {
            self.at += 1;
            return Ok(None);
        }
        let key = self.raw_string()?;
        self.space();
        self.expect(b':')?;
        Ok(Some(key))
    }

    /// Whether an array that is open has another element.
    fn next_element(&mut self) -> Result<bool, AstError> {
        self.space();
        if self.peek()? == b',' {
            self.at += 1;
        }
        self.space();
        if self.peek()? == b']' {
            self.at += 1;
            return Ok(false);
        }
        Ok(true)
    }

    /// A string, number, boolean or null as text.
    fn text(&mut self) -> Result<String, AstError> {
        self.space();
        let start = self.at;
        if self.peek()? != b'"' {
            let literal = self.literal()?;
            return Ok(String::from_utf8_lossy(literal).into_owned());
        }
        let raw = self.raw_string()?;
        if raw.contains(&b'\\') {
            let quoted = String::from_utf8_lossy(&self.bytes[start..self.at]);
            return serde_json::from_str(&quoted).map_err(|_| AstError::Json { offset: start });
        }
        Ok(String::from_utf8_lossy(raw).into_owned())
    }

    fn number(&mut self) -> Result<usize, AstError> {
        let at = self.at;
        self.text()?.parse().map_err(|_| AstError::Json { offset: at })
    }

    /// The bytes between the quotes, escapes untouched.
    fn raw_string(&mut self) -> Result<&'a [u8], AstError> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Ok(&self.bytes[start..self.at - 1])
    }

    fn literal(&mut self) -> Result<&'a [u8], AstError> {
        let start = self.at;
        while let Some(byte) = self.bytes.get(self.at) {
            if !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')) {
                break;
            }
            self.at += 1;
        }
        if self.at == start {
            Err(AstError::Json { offset: start })
        } else {
            Ok(&self.bytes[start..self.at])
        }
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Result<u8, AstError> {
        self.bytes.get(self.at).copied().ok_or(AstError::Truncated)
    }

    fn expect(&mut self, byte: u8) -> Result<(), AstError> {
        self.space();
        if self.peek()? != byte {
            return Err(AstError::Json { offset: self.at });
        }
        self.at += 1;
        Ok(())
    }
}

/// The parts of one location as they are read.
#[derive(Default)]
struct Bare {
    offset: Option<usize>,
    column: u32,
    length: usize,
}
