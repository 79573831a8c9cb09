//! Tables of the structs, unions, enums and typedefs of a unit, under the names by which clang refers to
//! them.

use std::collections::HashMap;

use twincall_abi::interface::SourceLocation;
use twincall_abi::types::TypeAttributes;

use super::Purpose;
use super::json::{Node, Place};
use super::text::Sources;

/// A struct, union or enum before its members' types are resolved.
#[derive(Debug)]
pub(super) struct Record {
    /// Empty for an unnamed type, unless a typedef or a variable lends it a name.
    pub(super) name: String,
    /// For an unnamed type inside another: that one, and what the member is called there.
    pub(super) member_of: Option<(usize, String)>,
    pub(super) kind: RecordKind,
    pub(super) complete: bool,
    /// C++: a value cannot travel as a C struct does, because copying or destroying it runs code.
    pub(super) non_trivial: bool,
    /// C++: its values begin with the address of a table of functions, its own or that of a base.
    polymorphic: bool,
    pub(super) attributes: TypeAttributes,
    pub(super) location: SourceLocation,
    pub(super) fields: Vec<RawField>,
    /// Enums only: the fixed underlying type as text, and the values.
    pub(super) underlying: String,
    pub(super) values: Vec<(String, i128)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum RecordKind {
    Struct,
    Union,
    Enum,
}

/// A field whose type is still text.
#[derive(Debug)]
pub(super) struct RawField {
    pub(super) name: Option<String>,
    pub(super) ty: String,
    pub(super) bit_width: Option<u64>,
    /// Its members are reached as the outer type's.
    pub(super) anonymous: bool,
    pub(super) align: Option<u64>,
    pub(super) packed: bool,
}

/// All types of a unit. In texts that the tables hand out, an unnamed type is written `#N`, its index.
#[derive(Debug)]
pub(super) struct Tables {
    purpose: Purpose,
    pub(super) records: Vec<Record>,
    typedefs: HashMap<String, Alias>,
    by_id: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
    by_position: HashMap<String, usize>,
}

/// What a typedef stands for.
#[derive(Clone, Debug)]
pub(super) enum Alias {
    Record(usize),
    Text(String),
}

impl Tables {
    pub(super) fn new(purpose: Purpose) -> Tables {
        Tables {
            purpose,
            records: Vec::new(),
            typedefs: HashMap::new(),
            by_id: HashMap::new(),
            by_name: HashMap::new(),
            by_position: HashMap::new(),
        }
    }

    pub(super) fn typedef(&self, name: &str) -> Option<&Alias> {
        self.typedefs.get(name)
    }

    /// The record with this name, without its keyword; names inside scopes may stand alone.
    pub(super) fn record(&self, name: &str) -> Option<usize> {
        if let Some((_, index)) = name.rsplit_once('#') {
            return index.parse().ok().filter(|index| *index < self.records.len());
        }
        let short = name.rsplit("::").next().unwrap_or(name);
        self.by_name
            .get(name)
            .or_else(|| self.by_name.get(short))
            .copied()
    }

    /// Adds a record and everything declared inside it.
    pub(super) fn add_record(&mut self, node: &Node, scope: &str, sources: &Sources<'_>) {
        if node.kind == "CXXRecordDecl" && node.implicit && !node.complete {
            // The name of a class inside itself.
            return;
        }
        let index = self.entry(node, scope);
        let record = &mut self.records[index];
        if let Some(place) = node
            .place
            .as_ref()
            .filter(|_| node.complete || record.location.line == 0)
        {
            record.location = location(place);
        }
        if node.kind == "EnumDecl" {
            self.fill_enum(index, node);
        } else if node.complete {
            self.fill_record(index, node, scope, sources);
        }
    }

    fn entry(&mut self, node: &Node, scope: &str) -> usize {
        let kind = match (node.kind.as_str(), node.tag.as_str()) {
            ("EnumDecl", _) => RecordKind::Enum,
            (_, "union") => RecordKind::Union,
            _ => RecordKind::Struct,
        };
        let name = if node.name.is_empty() {
            String::new()
        } else {
            qualified(scope, &node.name)
        };
        let previous = self.by_id.get(&node.previous).or_else(|| self.by_name.get(&name));
        let index = previous.copied().filter(|_| !name.is_empty()).unwrap_or_else(|| {
            self.records.push(Record {
                name: name.clone(),
                member_of: None,
                kind,
                complete: false,
                non_trivial: false,
                polymorphic: false,
                attributes: TypeAttributes {
                    c: true,
                    ..TypeAttributes::default()
                },
                location: SourceLocation::default(),
                fields: Vec::new(),
                underlying: String::new(),
                values: Vec::new(),
            });
            self.records.len() - 1
        });
        self.by_id.insert(node.id.clone(), index);
        if name.is_empty() {
            self.note_position(node, index);
        } else {
            self.by_name.entry(node.name.clone()).or_insert(index);
            self.by_name.insert(name, index);
        }
        index
    }

    /// Clang names an unnamed type by its place, real or after `#line`.
    fn note_position(&mut self, node: &Node, index: usize) {
        let Some(place) = &node.place else { return };
        let point = &place.expansion;
        for file in [&point.file, &point.presumed.0] {
            for line in [point.line, point.presumed.1] {
                self.by_position
                    .insert(format!("{file}:{line}:{}", point.column), index);
            }
        }
    }

    fn fill_enum(&mut self, index: usize, node: &Node) {
        let mut next = 0i128;
        let mut values = Vec::new();
        for constant in node.inner.iter().filter(|child| child.kind == "EnumConstantDecl") {
            if let Some(value) = constant_value(constant) {
                next = value;
            }
            values.push((constant.name.clone(), next));
            next += 1;
        }
        let record = &mut self.records[index];
        record.complete |= !values.is_empty() || !node.underlying.is_empty();
        if !values.is_empty() {
            record.values = values;
        }
        if !node.underlying.is_empty() {
            record.underlying = node.underlying.clone();
        }
        set_attributes(record, node, None);
    }

    fn fill_record(&mut self, index: usize, node: &Node, scope: &str, sources: &Sources<'_>) {
        let inner_scope = match (node.kind.as_str(), node.name.as_str()) {
            // In C a struct opens no scope.
            ("RecordDecl", _) | (_, "") => scope.to_owned(),
            (_, name) => qualified(scope, name),
        };
        let mut fields = Vec::new();
        if self.purpose == Purpose::Places && node.polymorphic && !self.has_polymorphic_base(node) {
            fields.push(RawField {
                name: Some("(virtual functions)".to_owned()),
                ty: "void *".to_owned(),
                bit_width: None,
                anonymous: false,
                align: None,
                packed: false,
            });
        }
        for base in &node.bases {
            fields.push(RawField {
                name: Some(base.clone()),
                ty: base.clone(),
                bit_width: None,
                anonymous: false,
                align: None,
                packed: false,
            });
        }
        for child in &node.inner {
            match child.kind.as_str() {
                "FieldDecl" => {
                    let field = self.field(index, fields.len(), child);
                    fields.push(field);
                }
                "TypedefDecl" => self.add_typedef(child, &inner_scope),
                "RecordDecl" | "CXXRecordDecl" | "EnumDecl" => self.add_record(child, &inner_scope, sources),
                _ => {}
            }
        }
        let packing = node.place.as_ref().and_then(|place| {
            node.child("MaxFieldAlignmentAttr")?;
            sources.packing(place)
        });
        let record = &mut self.records[index];
        record.complete = true;
        record.fields = fields;
        record.polymorphic = node.polymorphic;
        record.non_trivial = node.kind == "CXXRecordDecl" && !node.passed_in_registers;
        set_attributes(record, node, packing);
    }

    fn has_polymorphic_base(&self, node: &Node) -> bool {
        let mut bases = node.bases.iter().filter_map(|base| self.record(base));
        bases.any(|base| self.records.get(base).is_some_and(|base| base.polymorphic))
    }

    fn field(&mut self, parent: usize, position: usize, node: &Node) -> RawField {
        let ty = self.rewrite(&node.qual_type);
        let name = (!node.name.is_empty()).then(|| node.name.clone());
        if let Some(unnamed) = self.unnamed_in(&ty) {
            let own = name.clone().unwrap_or_else(|| format!("(anonymous {position})"));
            self.records[unnamed].member_of = Some((parent, own));
        }
        let width = node.child("ConstantExpr").filter(|_| node.bit_field);
        RawField {
            anonymous: name.is_none() && !node.bit_field,
            name,
            ty,
            bit_width: width.and_then(|width| width.value.parse().ok()),
            align: alignment(node),
            packed: node.child("PackedAttr").is_some(),
        }
    }

    pub(super) fn add_typedef(&mut self, node: &Node, scope: &str) {
        let text = self.rewrite(&node.qual_type);
        let name = qualified(scope, &node.name);
        let mut alias = Alias::Text(text.clone());
        if let Some(index) = owned_record(node).and_then(|id| self.by_id.get(id)).copied() {
            if self.records[index].name.is_empty() {
                self.records[index].name = name.clone();
            }
            // Qualifiers stay in the text; only a bare name is a record and nothing else.
            if node.child("QualType").is_none() {
                alias = Alias::Record(index);
            }
            self.by_name.entry(name.clone()).or_insert(index);
        } else if let Some(unnamed) = self.unnamed_in(&text) {
            self.records[unnamed].name = format!("(type of {name})");
        }
        self.typedefs
            .entry(node.name.clone())
            .or_insert_with(|| alias.clone());
        self.typedefs.insert(name, alias);
    }

    /// Names the unnamed type of a global variable after it.
    pub(super) fn name_unnamed(&mut self, text: &str, owner: &str) {
        if let Some(unnamed) = self.unnamed_in(text) {
            self.records[unnamed].name = format!("(type of {owner})");
        }
    }

    fn unnamed_in(&self, text: &str) -> Option<usize> {
        let (_, rest) = text.rsplit_once('#')?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let index: usize = rest[..end].parse().ok()?;
        let record = self.records.get(index)?;
        (record.name.is_empty() && record.member_of.is_none()).then_some(index)
    }

    /// Replaces each `(unnamed at FILE:LINE:COLUMN)` by `#N`. This is done while the tree is walked,
    /// because two types of one macro expansion share a place and the nearer one is meant.
    pub(super) fn rewrite(&self, text: &str) -> String {
        let mut done = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest
            .find("(unnamed")
            .into_iter()
            .chain(rest.find("(anonymous"))
            .min()
        {
            let (before, unnamed) = rest.split_at(start);
            done.push_str(before);
            let close = unnamed.find(')').unwrap_or(unnamed.len() - 1);
            let position = unnamed.find("at ").filter(|at| *at < close).and_then(|at| {
                let ends = unnamed.match_indices(')').map(|(end, _)| end);
                ends.map(|end| (&unnamed[at + 3..end], end))
                    .find(|(position, _)| is_position(position))
            });
            match position {
                Some((position, end)) => {
                    let index = self.by_position.get(position);
                    done.push_str(&index.map_or("#unknown".to_owned(), |index| format!("#{index}")));
                    rest = &unnamed[end + 1..];
                }
                None => {
                    done.push_str(&unnamed[..=close]);
                    rest = &unnamed[close + 1..];
                }
            }
        }
        done.push_str(rest);
        done
    }
}

/// Where a declaration stands for people: where a macro is used, not where it is defined.
pub(super) fn location(place: &Place) -> SourceLocation {
    let point = &place.expansion;
    SourceLocation {
        file: point.file.to_string(),
        line: point.line,
        column: point.column,
    }
}

pub(super) fn qualified(scope: &str, name: &str) -> String {
    if scope.is_empty() {
        name.to_owned()
    } else {
        format!("{scope}::{name}")
    }
}

/// Whether a text ends in `:LINE:COLUMN`.
fn is_position(text: &str) -> bool {
    let mut parts = text.rsplitn(3, ':');
    let number = |part: Option<&str>| part.is_some_and(|part| part.parse::<u32>().is_ok());
    number(parts.next()) && number(parts.next()) && parts.next().is_some()
}

/// The declaration behind a typedef that names a record itself, not a pointer to it.
fn owned_record(node: &Node) -> Option<&str> {
    node.inner.iter().find_map(|child| match child.kind.as_str() {
        "RecordType" | "EnumType" => Some(child.declaration.as_str()),
        "ElaboratedType" | "QualType" => owned_record(child),
        _ => None,
    })
}

fn constant_value(node: &Node) -> Option<i128> {
    node.inner.iter().find_map(|child| match child.kind.as_str() {
        "ConstantExpr" => child.value.parse().ok(),
        _ => constant_value(child),
    })
}

/// The largest alignment that the attributes of a declaration ask for. `aligned` without an operand is 16
/// on both targets; the operand of `_Alignas(type)` is not in the tree.
fn alignment(node: &Node) -> Option<u64> {
    let attributes = node.inner.iter().filter(|child| child.kind == "AlignedAttr");
    let values = attributes.filter_map(|attribute| match attribute.inner.first() {
        Some(operand) if operand.kind.is_empty() => Some(16),
        Some(operand) => operand.value.parse().ok(),
        None => None,
    });
    values.max()
}

fn set_attributes(record: &mut Record, node: &Node, packing: Option<u64>) {
    let packed = node.child("PackedAttr").map(|_| 1);
    record.attributes.packed = packed.or(packing).or(record.attributes.packed);
    record.attributes.align = alignment(node).or(record.attributes.align);
}
