//! From nodes to a layout table, as debug information would have it.

use std::collections::{BTreeMap, VecDeque};

use crate::layout::{Field, Layout, LayoutTable, Scalar, Shape, TypeId};
use crate::types::{FloatKind, Type};
use crate::units::{Bits, Bytes};

use super::super::reader::Unsupported;
use super::{Kind, Member, NodeId, Types};

/// A table while it grows. Every id handed out is in the queue until its layout is filled in.
#[derive(Debug, Default)]
struct Export {
    table: LayoutTable,
    ids: BTreeMap<NodeId, TypeId>,
    queue: VecDeque<(NodeId, TypeId)>,
}

impl Export {
    fn id(&mut self, node: NodeId) -> TypeId {
        if let Some(id) = self.ids.get(&node) {
            return *id;
        }
        let id = self.incomplete(String::new());
        self.ids.insert(node, id);
        self.queue.push_back((node, id));
        id
    }

    fn incomplete(&mut self, name: String) -> TypeId {
        self.table.types.push(Layout {
            name,
            size: Bytes(0),
            align: Some(Bytes(1)),
            shape: Shape::Incomplete,
        });
        TypeId(self.table.types.len() - 1)
    }

    fn field(&mut self, member: &Member) -> Field {
        Field {
            name: member.name.clone(),
            offset: Bits(member.offset),
            width: Bits(member.width),
            bit_field: member.bit_field,
            ty: self.id(member.ty),
        }
    }

    fn fields(&mut self, members: &[Member]) -> Vec<Field> {
        let shown = members
            .iter()
            .filter(|member| !member.is_unnamed_bit_field() && (!member.base || member.width > 0));
        shown.map(|member| self.field(member)).collect()
    }
}

impl<'t> Types<'t> {
    /// The layout of a type and of everything it reaches.
    pub(in crate::model) fn table(&mut self, ty: &'t Type) -> Result<(LayoutTable, TypeId), Unsupported> {
        let root = self.lay(ty)?;
        // What pointers lead to is shown, but no doubt about it is a doubt about this type.
        let forks = self.forks.clone();
        let mut export = Export::default();
        let root = export.id(root);
        while let Some((node, id)) = export.queue.pop_front() {
            let layout = self.layout_of(node, &mut export);
            export.table.types[id.0] = layout;
        }
        self.forks = forks;
        Ok((export.table, root))
    }

    /// A type behind a pointer, which need not have a layout.
    fn reached(&mut self, ty: &'t Type, export: &mut Export) -> TypeId {
        match self.lay(ty) {
            Ok(node) => export.id(node),
            Err(_) => export.incomplete(name_of(ty)),
        }
    }

    fn layout_of(&mut self, id: NodeId, export: &mut Export) -> Layout {
        let node = self.node(id).clone();
        let shape = match node.kind {
            Kind::Bool => Shape::Scalar(Scalar::Bool),
            Kind::Integer { signed, .. } | Kind::BitInt { signed, .. } => {
                Shape::Scalar(Scalar::Integer { signed })
            }
            Kind::UnicodeScalar => Shape::Scalar(Scalar::UnicodeScalar),
            Kind::Float(kind) => Shape::Scalar(Scalar::Float {
                x87: kind == FloatKind::X87,
            }),
            Kind::Complex { part } => {
                let width = self.node(part).size * 8;
                let ty = export.id(part);
                let part = |name: &str, offset| Field {
                    name: name.to_owned(),
                    offset: Bits(offset),
                    width: Bits(width),
                    bit_field: false,
                    ty,
                };
                Shape::Struct {
                    fields: vec![part("re", 0), part("im", width)],
                }
            }
            Kind::Pointer { pointee } => Shape::Scalar(Scalar::Pointer {
                to: pointee.map(|pointee| self.reached(pointee, export)),
                function: false,
                constant: false,
            }),
            Kind::FunctionPointer { signature } => {
                let params = signature.params.iter();
                let params = params.map(|param| self.reached(&param.ty, export)).collect();
                let result = match &signature.result {
                    Type::Void | Type::Never => None,
                    result => Some(self.reached(result, export)),
                };
                let to = export.incomplete("function".to_owned());
                export.table.types[to.0].shape = Shape::Function { params, result };
                Shape::Scalar(Scalar::Pointer {
                    to: Some(to),
                    function: true,
                    constant: false,
                })
            }
            Kind::Enum { signed, values } => Shape::Scalar(Scalar::Enumeration {
                signed,
                values: values.to_vec(),
            }),
            Kind::Vector { element, lanes } => Shape::Array {
                element: export.id(element),
                length: lanes,
                vector: true,
            },
            Kind::Array { element, length, .. } => Shape::Array {
                element: export.id(element),
                length,
                vector: false,
            },
            Kind::Record(record) => {
                let fields = export.fields(&record.members);
                if record.union {
                    Shape::Union { fields }
                } else {
                    Shape::Struct { fields }
                }
            }
            Kind::Variants { tag, variants } => Shape::Variants {
                tag: Some(export.field(&tag)),
                variants: export.fields(&variants),
            },
            // Debug information has the atomic type's size only where it differs, so the inner shape stands for it.
            Kind::Atomic(inner) => {
                let inner = self.layout_of(inner, export);
                return Layout {
                    name: node.name,
                    size: Bytes(node.size),
                    align: Some(Bytes(node.align)),
                    shape: inner.shape,
                };
            }
        };
        Layout {
            name: node.name,
            size: Bytes(node.size),
            align: Some(Bytes(node.align)),
            shape,
        }
    }
}

fn name_of(ty: &Type) -> String {
    match ty {
        Type::Named(name) | Type::Opaque(name) => name.clone(),
        _ => "(no layout)".to_owned(),
    }
}
