//! A short notation for types and lowerings, so that tests are tables of strings.
//!
//! | text | type |
//! |---|---|
//! | `i8` … `i128`, `u8` …, `bool`, `char`, `*`, `fn`, `va_list`, `FILE` | scalars; `FILE` is opaque |
//! | `f16 bf16 f32 f64 ld f128` | floating point; `ld` is x87, on wasm32 write `f128` |
//! | `B17` `UB17` | `_BitInt(17)`, `unsigned _BitInt(17)` |
//! | `%f32` `~i32` | `_Complex float`, `_Atomic int` |
//! | `[3 i32]` `[i32]` `<4 f32>` | array, flexible array, vector |
//! | `{ i32 f32 }` `( i32 | f32 )` | struct, union; `!{ .. }` is not trivial for calls |
//! | `}p` `}p2` `}a16` | packed, packed(2), aligned(16) |
//! | `i32:3` `i32:_3` `i32@8` `^{ i32 }` | bit-field, unnamed bit-field, field alignment, C++ base |
//! | `E`, `E=-1,5` `Eu8=0` | enum by its values |

use crate::interface::{Convention, Parameter, Signature, SourceLocation};
use crate::layout::{LayoutTable, Shape};
use crate::target::Target;
use crate::types::{FieldDefinition, FloatKind, Type, TypeAttributes, TypeDefinition, TypeKind};

use super::{Answer, Language, Model, ModelArgument, ModelLowering, Options};

/// Types that a test has named so far.
#[derive(Debug, Default)]
pub(super) struct Parser {
    pub(super) definitions: Vec<TypeDefinition>,
    language: Option<Language>,
}

/// A target with a language and options.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    pub(super) target: Target,
    pub(super) language: Language,
    pub(super) options: Options,
}

impl Setting {
    /// `i32 f32 -> f64`, `i32 ... f32 -> i32`: slots of each argument, `=>`, slots of the result.
    pub(super) fn lower(self, text: &str) -> String {
        show(&self.answer(text), show_lowering)
    }

    pub(super) fn answer(self, text: &str) -> Answer<ModelLowering> {
        let mut parser = Parser {
            language: Some(self.language),
            ..Parser::default()
        };
        let (params, result) = text.split_once("->").unwrap_or((text, "void"));
        let (named, unnamed) = match params.split_once("...") {
            Some((named, unnamed)) => (named, Some(unnamed)),
            None => (params, None),
        };
        let params = parser.types(named);
        let variadic = unnamed.map(|unnamed| parser.types(unnamed));
        let result = parser.types(result).remove(0);
        let signature = Signature {
            convention: Convention::C,
            params: params
                .into_iter()
                .map(|ty| Parameter {
                    name: None,
                    ty,
                    spelling: String::new(),
                })
                .collect(),
            result,
            variadic: variadic.is_some(),
            unprototyped: false,
        };
        self.model(&parser.definitions)
            .lower(&signature, &variadic.unwrap_or_default())
    }

    /// The lowering of one parameter: a Rust enum with `repr(u8)` and variants of these fields.
    pub(super) fn lower_data_enum(self, variants: &[&str]) -> String {
        let mut parser = Parser::default();
        let variants = variants.iter().map(|text| {
            let fields = parser.types(text).into_iter().map(|ty| FieldDefinition {
                name: None,
                ty,
                bit_width: None,
                anonymous: None,
                align: None,
                packed: false,
            });
            ("V".to_owned(), fields.collect())
        });
        let variants = variants.collect();
        let underlying = Some(parser.scalar("u8"));
        let kind = TypeKind::DataEnum { underlying, variants };
        let name = parser.add(kind, TypeAttributes::default());
        let signature = Signature {
            convention: Convention::C,
            params: vec![Parameter {
                name: None,
                ty: Type::Named(name),
                spelling: String::new(),
            }],
            result: Type::Void,
            variadic: false,
            unprototyped: false,
        };
        show(
            &self.model(&parser.definitions).lower(&signature, &[]),
            show_lowering,
        )
    }

    /// `size/align offset:width ..` of a type's own fields; bits after a dot.
    pub(super) fn layout(self, text: &str) -> String {
        let mut parser = Parser {
            language: Some(self.language),
            ..Parser::default()
        };
        let ty = parser.types(text).remove(0);
        let model = self.model(&parser.definitions);
        show(&model.layout(&ty), |(table, id)| {
            let layout = table.get(*id);
            let align = layout.align.map_or(0, |align| align.0);
            let fields = own_fields(table, &layout.shape);
            format!("{}/{align} {fields}", layout.size).trim().to_owned()
        })
    }

    pub(super) fn model(self, types: &[TypeDefinition]) -> Model<'_> {
        Model {
            target: self.target,
            language: self.language,
            types,
            options: self.options,
        }
    }
}

fn own_fields(table: &LayoutTable, shape: &Shape) -> String {
    let fields = match shape {
        Shape::Struct { fields } | Shape::Union { fields } => fields,
        _ => return String::new(),
    };
    let fields = fields.iter().map(|field| match field.bit_field {
        true => format!("{}.{}", field.offset.0, field.width.0),
        false => format!("{}:{}", field.offset.0 / 8, table.get(field.ty).size),
    });
    fields.collect::<Vec<_>>().join(" ")
}

pub(super) fn show<T>(answer: &Answer<T>, one: impl Fn(&T) -> String) -> String {
    match answer {
        Answer::Settled(value) => one(value),
        Answer::Ambiguous { readings } => {
            let readings = readings
                .iter()
                .map(|reading| format!("{} {}", reading.by, one(&reading.value)));
            readings.collect::<Vec<_>>().join(" | ")
        }
        Answer::Unsupported(reason) => format!("unsupported: {reason}"),
    }
}

pub(super) fn show_lowering(lowering: &ModelLowering) -> String {
    let arguments: Vec<String> = lowering.arguments.iter().map(show_argument).collect();
    format!("{} => {}", arguments.join("; "), show_argument(&lowering.result))
        .trim()
        .to_owned()
}

fn show_argument(argument: &ModelArgument) -> String {
    let slots = argument.slots.iter().map(|slot| match slot.in_buffer {
        Some(offset) => format!("[{offset}]{}", slot.slot),
        None => slot.slot.to_string(),
    });
    slots.collect::<Vec<_>>().join(" ")
}

impl Parser {
    /// All types of a text, in order.
    pub(super) fn types(&mut self, text: &str) -> Vec<Type> {
        let spaced = ["{", "(", "[", "<"].iter().fold(text.to_owned(), |text, open| {
            text.replace(open, &format!("{open} "))
        });
        let spaced = ["}", ")", "]", ">", "|"]
            .iter()
            .fold(spaced, |text, close| text.replace(close, &format!(" {close}")));
        let mut tokens: Vec<&str> = spaced.split_whitespace().filter(|token| *token != "|").collect();
        tokens.reverse();
        let mut types = Vec::new();
        while !tokens.is_empty() {
            types.push(self.field(&mut tokens).ty);
        }
        types
    }

    fn field(&mut self, tokens: &mut Vec<&str>) -> FieldDefinition {
        let token = tokens.pop().expect("a type");
        let mut field = FieldDefinition {
            name: Some("f".to_owned()),
            ty: Type::Void,
            bit_width: None,
            anonymous: None,
            align: None,
            packed: false,
        };
        let (prefix, open) = token.split_at(token.len() - token.chars().last().map_or(0, char::len_utf8));
        match open {
            "{" | "(" => {
                let mut fields = Vec::new();
                while !tokens.last().expect("a closing brace").starts_with(['}', ')']) {
                    fields.push(self.field(tokens));
                }
                let close = tokens.pop().expect("a closing brace");
                let (attributes, align) = match close.split_once('@') {
                    Some((attributes, align)) => (attributes, Some(align)),
                    None => (close, None),
                };
                field.align = align.map(number);
                let name = self.define(fields, open == "(", &attributes[1..], prefix.contains('!'));
                if prefix.contains('^') {
                    field.name = Some(name.clone());
                }
                field.ty = Type::Named(name);
            }
            "[" => {
                let length = tokens.last().and_then(|token| token.parse().ok());
                if length.is_some() {
                    tokens.pop();
                }
                let element = Box::new(self.field(tokens).ty);
                close(tokens, &mut field);
                field.ty = Type::Array { element, length };
            }
            "<" => {
                let lanes = number(tokens.pop().expect("lanes"));
                let element = Box::new(self.field(tokens).ty);
                close(tokens, &mut field);
                field.ty = Type::Vector { element, lanes };
            }
            _ => {
                let (token, align) = token.split_once('@').unwrap_or((token, ""));
                field.align = align.parse().ok();
                let (token, bits) = token.split_once(':').unwrap_or((token, ""));
                if !bits.is_empty() {
                    let width = bits.trim_start_matches('_');
                    field.bit_width = Some(number(width));
                    field.name = Some("f".to_owned()).filter(|_| width == bits);
                }
                field.ty = self.scalar(token);
            }
        }
        if prefix.contains('~') && matches!(open, "{" | "(") {
            field.ty = Type::Atomic(Box::new(field.ty));
        }
        field
    }

    fn define(&mut self, fields: Vec<FieldDefinition>, union: bool, text: &str, non_trivial: bool) -> String {
        let mut attributes = TypeAttributes {
            c: true,
            non_trivial,
            ..TypeAttributes::default()
        };
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let end = rest[1..]
                .find(|c: char| !c.is_ascii_digit())
                .map_or(rest.len(), |end| end + 1);
            let value = rest[1..end].parse().ok();
            match letter {
                'p' => attributes.packed = value.or(Some(1)),
                'a' => attributes.align = value,
                't' => (attributes.transparent, attributes.c) = (true, false),
                'r' => attributes.c = false,
                _ => panic!("attribute {text}"),
            }
            rest = &rest[end..];
        }
        let kind = if union {
            TypeKind::Union { fields }
        } else {
            TypeKind::Struct { fields }
        };
        self.add(kind, attributes)
    }

    pub(super) fn add(&mut self, kind: TypeKind, attributes: TypeAttributes) -> String {
        let name = format!("T{}", self.definitions.len());
        self.definitions.push(TypeDefinition {
            name: name.clone(),
            kind,
            attributes,
            location: SourceLocation::default(),
        });
        name
    }

    fn scalar(&mut self, token: &str) -> Type {
        let float = |name: &str| match name {
            "f16" => Some(FloatKind::F16),
            "bf16" => Some(FloatKind::BF16),
            "f32" => Some(FloatKind::F32),
            "f64" => Some(FloatKind::F64),
            "ld" => Some(FloatKind::X87),
            "f128" => Some(FloatKind::F128),
            _ => None,
        };
        if let Some(inner) = token.strip_prefix('~') {
            return Type::Atomic(Box::new(self.scalar(inner)));
        }
        if let Some(part) = token.strip_prefix('%') {
            return match (float(part), self.scalar(part)) {
                (Some(kind), _) => Type::Complex(kind),
                (None, Type::Integer { bits, signed, .. }) => Type::ComplexInteger { bits, signed },
                _ => panic!("complex {part}"),
            };
        }
        if let Some(kind) = float(token) {
            return Type::Float(kind);
        }
        if let Some(text) = token.strip_prefix('E') {
            let (underlying, values) = text.split_once('=').unwrap_or((text, ""));
            let values = values.split(',').filter_map(|value| value.parse().ok());
            let kind = TypeKind::Enum {
                underlying: (!underlying.is_empty()).then(|| self.scalar(underlying)),
                values: values.map(|value| ("V".to_owned(), value)).collect(),
            };
            let attributes = TypeAttributes {
                c: self.language != Some(Language::Rust) || underlying.is_empty(),
                ..TypeAttributes::default()
            };
            return Type::Named(self.add(kind, attributes));
        }
        match token {
            "void" => Type::Void,
            "bool" => Type::Bool,
            "char" => Type::UnicodeScalar,
            "va_list" | "FILE" => Type::Opaque(token.to_owned()),
            "slice" => Type::Slice {
                element: Box::new(Type::Bool),
                mutable: false,
            },
            "*" | "fn" => Type::Pointer {
                pointee: Box::new(Type::Void),
                mutable: true,
                nullable: true,
            },
            _ => {
                let (letter, bits) = token.split_at(1);
                match (letter, bits.strip_prefix('B')) {
                    ("U", Some(bits)) => bit_int(bits, false),
                    ("B", _) => bit_int(bits, true),
                    ("i" | "u", _) => Type::Integer {
                        bits: number(bits) as u32,
                        signed: letter == "i",
                        spelling: token.to_owned(),
                    },
                    _ => Type::Named(token.to_owned()),
                }
            }
        }
    }
}

fn bit_int(bits: &str, signed: bool) -> Type {
    Type::BitInt {
        bits: number(bits) as u32,
        signed,
    }
}

fn close(tokens: &mut Vec<&str>, field: &mut FieldDefinition) {
    let token = tokens.pop().expect("a closing bracket");
    field.align = token.split_once('@').map(|(_, align)| number(align));
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_else(|_| panic!("a number, not `{text}`"))
}
