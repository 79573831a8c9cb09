//! Types byte by byte: what `layout` draws.

use serde::Serialize;
use twincall_abi::interface::Side;
use twincall_abi::layout::{LayoutTable, Shape, TypeId};
use twincall_abi::model::{self, Clause, Language, Model, Options};
use twincall_abi::target::Target;
use twincall_abi::types::{Type, TypeDefinition};

use super::across::Across;
use super::{Attempt, Compilers, ExplainError, Noted, Refused, SCHEMA_VERSION, language, read, rust};
use crate::build::CaseBuild;
use crate::judge::Judgement;

pub mod cells;
mod fields;
pub mod human;

pub use fields::FieldPlace;

/// Types drawn.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Layouts {
    pub schema_version: u32,
    /// What one has to know to understand the drawings.
    pub notes: Vec<String>,
    pub types: Vec<DrawnType>,
}

/// One type by everyone who lays it out.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct DrawnType {
    pub name: String,
    pub drawings: Vec<Drawing>,
    /// Whether both targets can read it as it is, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub across: Option<Across>,
}

/// One type as one source lays it out.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Drawing {
    pub target: Target,
    pub side: Side,
    /// `the written ABI`, or the name of a compiler.
    pub by: String,
    /// The clause on which readings part, where this is one of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<Clause>,
    /// Why there is no layout; the numbers mean nothing then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsupported: Option<String>,
    pub size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub align: Option<u64>,
    /// Bits that no field covers.
    pub padding_bits: u64,
    /// In the order of the source; those of unions overlap.
    pub fields: Vec<FieldPlace>,
}

/// The name under which the written ABI signs.
pub const ABI: &str = "the written ABI";

impl Drawing {
    /// Whether two drawings show the same.
    pub fn same_as(&self, other: &Drawing) -> bool {
        let places = |drawing: &Drawing| -> Vec<(String, u64, u64)> {
            let places = drawing.fields.iter();
            places
                .map(|field| (field.path.clone(), field.offset_bits, field.width_bits))
                .collect()
        };
        self.unsupported == other.unsupported
            && (self.size, self.align.or(other.align)) == (other.size, other.align.or(self.align))
            && places(self) == places(other)
    }

    /// Whether two drawings put the same bits at the same places, whatever their names.
    fn same_places(&self, other: &Drawing) -> bool {
        let places = |drawing: &Drawing| -> Vec<(u64, u64)> {
            let fields = drawing.fields.iter();
            fields
                .map(|field| (field.offset_bits, field.width_bits))
                .collect()
        };
        (self.size, self.align.or(other.align)) == (other.size, other.align.or(self.align))
            && places(self) == places(other)
    }

    fn unsupported(target: Target, side: Side, reason: String) -> Drawing {
        Drawing {
            target,
            side,
            by: ABI.to_owned(),
            clause: None,
            unsupported: Some(reason),
            size: 0,
            align: None,
            padding_bits: 0,
            fields: Vec::new(),
        }
    }

    fn of(target: Target, side: Side, by: &str, table: &LayoutTable, id: TypeId) -> Drawing {
        let layout = table.get(id);
        let fields = fields::places(table, id);
        Drawing {
            target,
            side,
            by: by.to_owned(),
            clause: None,
            unsupported: None,
            size: layout.size.0,
            align: layout.align.map(|align| align.0),
            padding_bits: fields::padding(table, id),
            fields,
        }
    }
}

/// What a person asks about types.
#[derive(Clone, Debug)]
pub struct TypesQuestion<'a> {
    pub text: &'a str,
    /// Nothing where the text itself is to tell.
    pub language: Option<Language>,
    pub targets: &'a [Target],
    pub options: Options,
}

/// Draws the types of a text by the written ABI.
pub fn of_text(tools: Compilers<'_>, question: &TypesQuestion<'_>) -> Result<Layouts, ExplainError> {
    super::in_some_language(question.text, question.language, &mut |attempt| {
        of_text_in(tools, question, attempt)
    })
}

fn of_text_in(
    tools: Compilers<'_>,
    question: &TypesQuestion<'_>,
    attempt: Attempt,
) -> Result<Layouts, ExplainError> {
    let rustc = tools.rust.filter(|_| attempt.likely);
    let side = super::side_of(attempt.language);
    let cpp = attempt.language == Language::Cpp;
    let flags = super::flags(question.options);
    let mut layouts = Layouts::empty();
    let mut refused = Refused::default();
    for &target in question.targets {
        let reader = read::Reader {
            c: tools.c,
            cpp,
            target,
            flags: &flags,
            mends: false,
        };
        let read = match side {
            Side::C => read::types(&reader, question.text),
            Side::Rust => rust::read(rustc, question.text, target, rust::Want::Types),
        };
        let Some(text) = refused.unless(target, read)? else {
            continue;
        };
        layouts.note_all(&text.notes);
        let shown = text
            .interface
            .data
            .iter()
            .filter(|data| data.symbol.starts_with(read::SHOWN));
        let mut any = false;
        for data in shown {
            any = true;
            let index = data.symbol.trim_start_matches(read::SHOWN).parse::<usize>().ok();
            let name = index
                .and_then(|index| text.names.get(index))
                .unwrap_or(&data.spelling);
            let asked = Asked {
                target,
                side,
                options: question.options,
                types: &text.interface.types,
                cpp,
            };
            let drawings = asked.drawings(&data.ty);
            if let (
                Side::Rust,
                Some(Drawing {
                    unsupported: Some(_), ..
                }),
            ) = (side, drawings.first())
                && let Some(message) = rust::complaint(rustc, &text.source)
            {
                return Err(ExplainError::Refused(message));
            }
            layouts.add(name, drawings);
        }
        if !any {
            let message = match text.interface.refused.first() {
                Some(refusal) => refusal.reason.clone(),
                None => "the text has no type to draw".to_owned(),
            };
            return Err(ExplainError::Text(message));
        }
    }
    layouts.notes.extend(refused.notes(layouts.types.is_empty())?);
    Ok(layouts)
}

/// A case on one target, with what its compilers made of it.
#[derive(Clone, Copy, Debug)]
pub struct CaseLayouts<'a> {
    pub target: Target,
    pub build: &'a CaseBuild,
    pub judgement: &'a Judgement,
    /// Names of the compilers, C first.
    pub compilers: [&'a str; 2],
    pub options: [Options; 2],
    pub cpp: bool,
}

/// Draws the types that cross in a case: as each compiler lays them out, and as the written ABI does where that differs.
pub fn add_case(layouts: &mut Layouts, case: &CaseLayouts<'_>) {
    let CaseLayouts {
        target,
        build,
        judgement,
        compilers,
        options,
        cpp,
    } = *case;
    let Some(level) = build.levels.first() else { return };
    for pair in &judgement.types {
        let mut drawings = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for (index, (side, own)) in [(Side::C, &pair.c), (Side::Rust, &pair.rust)]
            .into_iter()
            .enumerate()
        {
            let Some(own) = own else { continue };
            let table = &level.side(side).layouts;
            let Some(id) = table
                .types
                .iter()
                .position(|layout| layout.name == own.name && !is_scalar(&layout.shape))
            else {
                continue;
            };
            let mut drawing = Drawing::of(target, side, compilers[index], table, TypeId(id));
            drawing.align = drawing.align.or(own.align);
            if !names.contains(&own.name) {
                names.push(own.name.clone());
            }
            let interface = build.interface(side);
            let short = own.name.rsplit([' ', ':']).next().unwrap_or(&own.name);
            let asked = Asked {
                target,
                side,
                options: options[index],
                types: &interface.types,
                cpp,
            };
            let by_text = match interface.type_definition(short) {
                Some(definition) => asked.drawings(&Type::Named(definition.name.clone())),
                None => Vec::new(),
            };
            let differs = |text: &&Drawing| text.unsupported.is_none() && !text.same_places(&drawing);
            let other: Vec<Drawing> = by_text.iter().filter(differs).cloned().collect();
            drawings.push(drawing);
            drawings.extend(other);
        }
        if !drawings.is_empty() {
            layouts.add(&names.join(" and "), drawings);
        }
    }
}

fn is_scalar(shape: &Shape) -> bool {
    matches!(
        shape,
        Shape::Scalar(_) | Shape::Function { .. } | Shape::Incomplete
    )
}

/// Whose layout is asked for.
struct Asked<'a> {
    target: Target,
    side: Side,
    options: Options,
    types: &'a [TypeDefinition],
    cpp: bool,
}

impl Asked<'_> {
    /// One drawing for each reading of the text.
    fn drawings(&self, ty: &Type) -> Vec<Drawing> {
        let (target, side) = (self.target, self.side);
        let model = Model {
            target,
            language: language(side, self.cpp),
            types: self.types,
            options: self.options,
        };
        match model.layout(ty) {
            model::Answer::Unsupported(reason) => vec![Drawing::unsupported(target, side, reason)],
            model::Answer::Settled((table, id)) => vec![Drawing::of(target, side, ABI, &table, id)],
            model::Answer::Ambiguous { readings } => readings
                .into_iter()
                .map(|reading| Drawing {
                    clause: Some(reading.clause),
                    ..Drawing::of(
                        target,
                        side,
                        &format!("{ABI} as {} reads it", reading.by),
                        &reading.value.0,
                        reading.value.1,
                    )
                })
                .collect(),
        }
    }
}

impl Noted for Layouts {
    fn note(&mut self, note: String) {
        self.notes.insert(0, note);
    }
}

impl Layouts {
    /// Drawings of nothing yet.
    pub fn empty() -> Layouts {
        Layouts {
            schema_version: SCHEMA_VERSION,
            notes: Vec::new(),
            types: Vec::new(),
        }
    }

    fn note_all(&mut self, notes: &[String]) {
        for note in notes {
            if !self.notes.contains(note) {
                self.notes.push(note.clone());
            }
        }
    }

    fn add(&mut self, name: &str, drawings: Vec<Drawing>) {
        match self.types.iter_mut().find(|ty| ty.name == name) {
            Some(ty) => ty.drawings.extend(drawings),
            None => self.types.push(DrawnType {
                name: name.to_owned(),
                drawings,
                across: None,
            }),
        }
    }
}
