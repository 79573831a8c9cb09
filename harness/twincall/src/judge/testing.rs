//! Evidence made by hand: a pair of declarations with everything that compilers would say of it, for tests that change one fact
//! and ask the judge again.
//!
//! Both sides are written in Rust's syntax, because it is read without a compiler. A side's layouts and IR follow the text, so
//! that an unchanged pair conforms.

use twincall_abi::interface::{Convention, Function, Interface, Side};
use twincall_abi::ir::{IrAttributes, IrFunction, IrParam, IrType};
use twincall_abi::layout::{Field, FunctionTypes, Layout, LayoutTable, Scalar, Shape, SizeAlign, TypeId};
use twincall_abi::model::{Language, Model, Options};
use twincall_abi::run::Ending;
use twincall_abi::slot::{Content, Extension, Location, Slot};
use twincall_abi::target::Target;
use twincall_abi::types::{FloatKind, Type, TypeKind};
use twincall_abi::units::Bytes;

use super::{Evidence, Findings, Further, Judgement};
use crate::build::{CaseBuild, LevelBuild, Linked, SideEvidence, Symbols};
use crate::directive::OptLevel;
use crate::discover::{Case, discover};
use crate::emit::TypeKey;
use crate::facts::{CallKind, Form};
use crate::run::plan::{Observation, Reading};

pub(super) const NATIVE: Target = Target::X86_64LinuxGnu;
pub(super) const WASM: Target = Target::Wasm32Unknown;

/// All that the judge is given.
pub(super) struct World {
    pub(super) case: Case,
    pub(super) target: Target,
    pub(super) build: CaseBuild,
    pub(super) observations: Vec<Observation>,
    pub(super) further: Option<Further>,
}

/// A definition for the linker, `pub` and under its own name.
pub(super) fn defined(signature: &str) -> String {
    format!("#[unsafe(no_mangle)] pub unsafe extern \"C\" fn {signature} {{ loop {{}} }}\n")
}

pub(super) fn declared(signature: &str) -> String {
    format!("unsafe extern \"C\" {{ fn {signature}; }}\n")
}

impl World {
    /// A boundary pair in which C defines the function and Rust declares it as it is.
    pub(super) fn agreed(signature: &str) -> World {
        World::new(&defined(signature), &declared(signature))
    }

    pub(super) fn new(c: &str, rust: &str) -> World {
        World::on(NATIVE, c, rust)
    }

    /// Twins if both sides define something, at -O0 and -O2.
    pub(super) fn on(target: Target, c: &str, rust: &str) -> World {
        let [c, rust] = [c, rust].map(|text| interface(text, target));
        let defines = |side: &Interface| side.functions.iter().any(|function| function.defined);
        let form = match defines(&c) && defines(&rust) {
            true => Form::Twins,
            false => Form::Boundary,
        };
        let levels = OptLevel::DEFAULT.map(|opt| LevelBuild {
            opt,
            c: side_evidence(&c, Side::C, target),
            rust: side_evidence(&rust, Side::Rust, target),
            linked: Linked::default(),
        });
        World {
            case: case(""),
            target,
            build: CaseBuild {
                c,
                rust,
                form,
                variadic_calls: Vec::new(),
                left_out: Vec::new(),
                beyond: None,
                features: Default::default(),
                system_libraries: Vec::new(),
                panics_stop: true,
                levels: levels.into(),
            },
            observations: Vec::new(),
            further: None,
        }
    }

    /// With these `//@` lines in the C fixture.
    pub(super) fn expecting(mut self, directives: &str) -> World {
        self.case = case(directives);
        self
    }

    pub(super) fn judge(&self) -> Judgement {
        super::judge(&self.evidence())
    }

    /// The ids of what is found, in the report's order.
    pub(super) fn rules(&self) -> Vec<&'static str> {
        let findings = self.judge().findings;
        findings.iter().map(|finding| finding.rule.id()).collect()
    }

    pub(super) fn evidence(&self) -> Evidence<'_> {
        Evidence {
            case: &self.case,
            target: self.target,
            build: &self.build,
            observations: &self.observations,
            toolchains: ["clang-22", "rustc-1.96"],
            llvm: [22, 22],
            further: self.further.as_ref(),
        }
    }

    /// The judge's list before anything was looked at.
    pub(super) fn with_findings<T>(&self, ask: impl FnOnce(&mut Findings<'_>) -> T) -> T {
        let evidence = self.evidence();
        ask(&mut Findings {
            evidence: &evidence,
            list: Vec::new(),
            notes: Vec::new(),
            conflicts: Vec::new(),
            differing: std::collections::BTreeMap::new(),
            by_value: Vec::new(),
            without_slots: None,
        })
    }

    pub(super) fn side(&mut self, side: Side) -> &mut Interface {
        match side {
            Side::C => &mut self.build.c,
            Side::Rust => &mut self.build.rust,
        }
    }

    /// One side's evidence of every level.
    pub(super) fn levels_of(&mut self, side: Side) -> impl Iterator<Item = &mut SideEvidence> {
        self.build.levels.iter_mut().map(move |level| match side {
            Side::C => &mut level.c,
            Side::Rust => &mut level.rust,
        })
    }

    /// Changes what the IR of one side says of a function.
    pub(super) fn change_ir(&mut self, side: Side, symbol: &str, change: impl Fn(&mut IrFunction)) {
        for evidence in self.levels_of(side) {
            let functions = evidence.ir.as_mut().unwrap();
            let function = functions.iter_mut().find(|function| function.symbol == symbol);
            change(function.unwrap());
        }
    }

    /// As with gcc, which writes none.
    pub(super) fn without_ir(&mut self, side: Side) {
        for evidence in self.levels_of(side) {
            evidence.ir = Err(crate::build::NoIr::Gcc);
        }
    }
}

pub(super) fn interface(text: &str, target: Target) -> Interface {
    crate::interface::rust::read_source("pair.rs", text, target)
        .unwrap()
        .interface
}

/// The one case of a project with empty fixtures but for these directives.
fn case(directives: &str) -> Case {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [("c-fixtures/pair.c", directives), ("rust-fixtures/pair.rs", "")] {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let mut found = discover(folder.path());
    assert_eq!(found.errors, []);
    found.cases.remove(0)
}

fn side_evidence(interface: &Interface, side: Side, target: Target) -> SideEvidence {
    let mut layouts = LayoutTable::default();
    let mut sizes = Vec::new();
    let model = Model {
        target,
        language: match side {
            Side::C => Language::C,
            Side::Rust => Language::Rust,
        },
        types: &interface.types,
        options: Options::default(),
    };
    let mut lay = |key: TypeKey, ty: &Type, layouts: &mut LayoutTable| {
        let (table, id) = model.layout(ty).settled().expect("a type with one layout");
        let layout = table.get(id);
        let (size, align) = (layout.size, layout.align.expect("the text gives alignments"));
        sizes.push((key, SizeAlign { size, align }));
        append(layouts, table, id)
    };
    for function in &interface.functions {
        let symbol = function.symbol.clone();
        let mut types = FunctionTypes::default();
        for (index, param) in function.signature.params.iter().enumerate() {
            let symbol = symbol.clone();
            types
                .params
                .push(lay(TypeKey::Param { symbol, index }, &param.ty, &mut layouts));
        }
        if !matches!(function.signature.result, Type::Void | Type::Never) {
            let key = TypeKey::Result {
                symbol: symbol.clone(),
            };
            types.result = Some(lay(key, &function.signature.result, &mut layouts));
        }
        layouts.functions.insert(symbol, types);
    }
    for data in &interface.data {
        let symbol = data.symbol.clone();
        let id = lay(TypeKey::Data { symbol }, &data.ty, &mut layouts);
        layouts.data.insert(data.symbol.clone(), id);
    }
    let ir = interface
        .functions
        .iter()
        .map(|function| ir_function(function, interface, target));
    SideEvidence {
        ir: Ok(ir.collect()),
        layouts,
        sizes,
        unpromoted: Vec::new(),
        feature_calls: Vec::new(),
        wasm: Default::default(),
        symbols: Symbols::default(),
        back_end: None,
    }
}

/// Adds the types of one table behind those of another.
fn append(table: &mut LayoutTable, more: LayoutTable, id: TypeId) -> TypeId {
    let first = table.types.len();
    let moved = |id: &mut TypeId| id.0 += first;
    for mut layout in more.types {
        match &mut layout.shape {
            Shape::Scalar(Scalar::Pointer { to: Some(to), .. }) => moved(to),
            Shape::Array { element, .. } => moved(element),
            Shape::Struct { fields } | Shape::Union { fields } => {
                fields.iter_mut().for_each(|field| moved(&mut field.ty));
            }
            Shape::Variants { tag, variants } => {
                tag.iter_mut()
                    .chain(variants)
                    .for_each(|field| moved(&mut field.ty));
            }
            Shape::Function { params, result } => params.iter_mut().chain(result).for_each(moved),
            Shape::Scalar(_) | Shape::Incomplete => {}
        }
        table.types.push(layout);
    }
    TypeId(id.0 + first)
}

fn ir_function(function: &Function, interface: &Interface, target: Target) -> IrFunction {
    let param = |ty: IrType| IrParam {
        ty,
        attributes: IrAttributes::default(),
    };
    let signature = &function.signature;
    let mut params = Vec::new();
    let mut result = param(IrType::Void);
    match ir_value(&signature.result, interface, target) {
        Ok(ty) => result = param(ty),
        Err(size) => {
            let mut hidden = param(IrType::Pointer);
            hidden.attributes.sret = Some(size);
            params.push(hidden);
        }
    }
    for argument in &signature.params {
        params.push(match ir_value(&argument.ty, interface, target) {
            Ok(ty) => param(ty),
            Err(size) => {
                let mut copy = param(IrType::Pointer);
                copy.attributes.byval = (!target.is_wasm()).then_some(size);
                copy.attributes.align = Some(Bytes(8));
                copy
            }
        });
    }
    let visible = params.iter_mut().filter(|param| param.attributes.sret.is_none());
    for (param, ty) in visible
        .zip(signature.params.iter().map(|param| &param.ty))
        .chain([(&mut result, &signature.result)])
    {
        param.attributes.extension = extension(ty);
    }
    IrFunction {
        symbol: function.symbol.clone(),
        convention: match signature.convention {
            Convention::Win64 => 79,
            _ => 0,
        },
        params,
        result,
        variadic: signature.variadic,
        defined: function.defined,
        target_features: String::new(),
        nounwind: false,
        text: String::new(),
    }
}

/// What a compiler promises of the upper bits of a small integer.
fn extension(ty: &Type) -> Extension {
    match ty {
        Type::Bool => Extension::Zero,
        Type::Integer {
            bits: 0..32, signed, ..
        } => match signed {
            true => Extension::Sign,
            false => Extension::Zero,
        },
        _ => Extension::None,
    }
}

/// How front ends write a value of this type, or the size of one that travels in memory. Structs hold integers only.
fn ir_value(ty: &Type, interface: &Interface, target: Target) -> Result<IrType, Bytes> {
    Ok(match ty {
        Type::Void | Type::Never => IrType::Void,
        Type::Bool => IrType::Integer { bits: 1 },
        Type::Integer { bits, .. } => IrType::Integer { bits: *bits },
        Type::Float(FloatKind::F32) => IrType::Float,
        Type::Float(FloatKind::F64) => IrType::Double,
        Type::Pointer { .. } | Type::FunctionPointer { .. } => IrType::Pointer,
        Type::Named(name) => {
            let definition = interface.type_definition(name).unwrap();
            if let TypeKind::Enum { .. } = definition.kind {
                return Ok(IrType::Integer { bits: 32 });
            }
            let model = Model {
                target,
                language: Language::C,
                types: &interface.types,
                options: Options::default(),
            };
            let size = model.size_align(ty).settled().unwrap().size;
            match size.0 {
                _ if target.is_wasm() => return Err(size),
                0..=8 => IrType::Integer {
                    bits: size.0 as u32 * 8,
                },
                9..=16 => IrType::Struct {
                    fields: vec![
                        IrType::Integer { bits: 64 },
                        IrType::Integer {
                            bits: (size.0 as u32 - 8) * 8,
                        },
                    ],
                    packed: false,
                },
                _ => return Err(size),
            }
        }
        other => panic!("no IR for {other:?}"),
    })
}

/// A call that came back.
pub(super) fn called(kind: CallKind, symbol: &str, caller: Side, callee: Side) -> Observation {
    Observation {
        opt: OptLevel::NONE,
        symbol: symbol.to_owned(),
        caller,
        callee,
        kind,
        label: "graffiti".to_owned(),
        ending: Ending::Returned,
        sent: Vec::new(),
        received: Vec::new(),
        outputs: Vec::new(),
        expected: None,
        output: String::new(),
        flooded: false,
        machine: None,
    }
}

/// What was read at a place: an integer of so many bits.
pub(super) fn reading(place: &str, value: u64, width: u64) -> Reading {
    let bytes = width.div_ceil(8) as usize;
    Reading {
        place: place.into(),
        bits: value.to_le_bytes()[..bytes].to_vec(),
        width,
        pointer: false,
        float: false,
    }
}

pub(super) fn address(place: &str, value: u64) -> Reading {
    Reading {
        pointer: true,
        ..reading(place, value, 64)
    }
}

pub(super) fn register(name: &str, width: u64) -> Slot {
    Slot {
        location: Location::Register(name.to_owned()),
        width: Bytes(width),
        extension: Extension::None,
        content: Content::Value,
    }
}

/// The place on the stack as the callee sees it relative to the first argument.
pub(super) fn stack(offset: u64, width: u64) -> Slot {
    Slot {
        location: Location::Stack {
            offset: Bytes(offset),
        },
        ..register("", width)
    }
}

pub(super) fn pointer_in(name: &str, size: u64) -> Slot {
    Slot {
        content: Content::Pointer { to: Bytes(size) },
        ..register(name, 8)
    }
}

/// A layout of a struct with fields of whole bytes: name, offset and type.
pub(super) fn structure(name: &str, size: u64, fields: &[(&str, u64, TypeId, u64)]) -> Layout {
    let field = |&(name, offset, ty, width): &(&str, u64, TypeId, u64)| Field {
        name: name.to_owned(),
        offset: Bytes(offset).bits(),
        width: Bytes(width).bits(),
        bit_field: false,
        ty,
    };
    Layout {
        name: name.to_owned(),
        size: Bytes(size),
        align: None,
        shape: Shape::Struct {
            fields: fields.iter().map(field).collect(),
        },
    }
}
