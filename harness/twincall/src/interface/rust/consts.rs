//! Integer constant expressions: array lengths, discriminants, const arguments. Anything else is an error in words.

use std::collections::BTreeMap;

use syn::{BinOp, Expr, Lit, UnOp};
use twincall_abi::target::Target;
use twincall_abi::types::Type;

use super::external;
use super::scope::{Found, LocalItem, Scope, Space, names};

/// Constants may refer to one another in a circle; no real chain is this long.
const MAX_DEPTH: u32 = 64;

/// Width and signedness of the integer type in which an expression is evaluated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct IntegerType {
    bits: u32,
    signed: bool,
}

/// Where an expression stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Constants<'a, 's> {
    pub(super) scope: &'s Scope<'a>,
    pub(super) target: Target,
    pub(super) module: usize,
    /// Const parameters of the generic definition that the expression stands in.
    pub(super) parameters: &'s BTreeMap<String, i128>,
}

impl IntegerType {
    pub(super) fn named(name: &str, target: Target) -> Option<IntegerType> {
        match name {
            "bool" => Some(IntegerType {
                bits: 1,
                signed: false,
            }),
            "char" => Some(IntegerType {
                bits: 32,
                signed: false,
            }),
            _ => external::integer(name, target.pointer_size().bits().0 as u32)
                .map(|(bits, signed)| IntegerType { bits, signed }),
        }
    }

    pub(super) fn of(ty: &Type) -> Option<IntegerType> {
        match ty {
            Type::Integer { bits, signed, .. } => Some(IntegerType {
                bits: *bits,
                signed: *signed,
            }),
            Type::Bool => Some(IntegerType {
                bits: 1,
                signed: false,
            }),
            Type::UnicodeScalar => Some(IntegerType {
                bits: 32,
                signed: false,
            }),
            _ => None,
        }
    }

    fn max(self) -> i128 {
        match (self.bits, self.signed) {
            // The upper half of u128 is out of our reach; expressions that need it fail to fit.
            (128.., _) => i128::MAX,
            (bits, true) => (1 << (bits - 1)) - 1,
            (bits, false) => (1 << bits) - 1,
        }
    }

    fn min(self) -> i128 {
        match (self.bits, self.signed) {
            (_, false) => 0,
            (128.., true) => i128::MIN,
            (bits, true) => -(1 << (bits - 1)),
        }
    }

    fn fit(self, value: i128) -> Result<i128, String> {
        if value < self.min() || value > self.max() {
            return Err(format!("{value} does not fit its integer type"));
        }
        Ok(value)
    }

    fn truncate(self, value: i128) -> i128 {
        if self.bits >= 128 {
            return value;
        }
        let low = value & ((1 << self.bits) - 1);
        if self.signed && low >> (self.bits - 1) & 1 == 1 {
            low - (1 << self.bits)
        } else {
            low
        }
    }
}

impl<'a> Constants<'a, '_> {
    /// The value of `expression` as an integer of the type `expected`.
    pub(super) fn evaluate(&self, expression: &Expr, expected: IntegerType) -> Result<i128, String> {
        expected.fit(self.value(expression, expected, 0)?)
    }

    fn value(&self, expression: &Expr, expected: IntegerType, depth: u32) -> Result<i128, String> {
        if depth > MAX_DEPTH {
            return Err("a constant refers to itself".to_owned());
        }
        let depth = depth + 1;
        match expression {
            Expr::Lit(literal) => self.literal(&literal.lit),
            Expr::Paren(inner) => self.value(&inner.expr, expected, depth),
            Expr::Group(inner) => self.value(&inner.expr, expected, depth),
            Expr::Block(block) => match block.block.stmts.as_slice() {
                [syn::Stmt::Expr(inner, None)] => self.value(inner, expected, depth),
                _ => Err("a constant is computed by statements".to_owned()),
            },
            Expr::Unary(unary) => {
                let value = self.value(&unary.expr, expected, depth)?;
                match unary.op {
                    // The operand of `-128i8` does not fit its own type, the result does.
                    UnOp::Neg(_) => value.checked_neg().ok_or_else(overflow),
                    UnOp::Not(_) => Ok(expected.truncate(!value)),
                    _ => Err(not_an_integer()),
                }
            }
            Expr::Binary(binary) => {
                let left = self.value(&binary.left, expected, depth)?;
                let right = self.value(&binary.right, expected, depth)?;
                let value = operate(&binary.op, left, right)?;
                let shift = matches!(binary.op, BinOp::Shl(_));
                if shift {
                    Ok(expected.truncate(value))
                } else {
                    expected.fit(value)
                }
            }
            Expr::Cast(cast) => {
                let syn::Type::Path(path) = &*cast.ty else {
                    return Err(not_an_integer());
                };
                let to = self.integer_type(&path.path).ok_or_else(not_an_integer)?;
                let from = self.own_type(&cast.expr).unwrap_or(to);
                Ok(to.truncate(self.value(&cast.expr, from, depth)?))
            }
            Expr::Path(path) if path.qself.is_none() => self.path(&path.path, depth),
            _ => Err("a constant expression is not made of integers and operators only".to_owned()),
        }
    }

    fn literal(&self, literal: &Lit) -> Result<i128, String> {
        match literal {
            Lit::Int(integer) => integer.base10_parse().map_err(|_| overflow()),
            Lit::Byte(byte) => Ok(i128::from(byte.value())),
            Lit::Char(character) => Ok(i128::from(u32::from(character.value()))),
            Lit::Bool(value) => Ok(i128::from(value.value)),
            _ => Err(not_an_integer()),
        }
    }

    /// The type an operand of a cast has by itself.
    fn own_type(&self, expression: &Expr) -> Option<IntegerType> {
        match expression {
            Expr::Lit(syn::ExprLit {
                lit: Lit::Int(integer),
                ..
            }) => IntegerType::named(integer.suffix(), self.target),
            Expr::Paren(inner) => self.own_type(&inner.expr),
            Expr::Unary(inner) => self.own_type(&inner.expr),
            Expr::Binary(inner) => self.own_type(&inner.left).or_else(|| self.own_type(&inner.right)),
            Expr::Cast(cast) => match &*cast.ty {
                syn::Type::Path(path) => self.integer_type(&path.path),
                _ => None,
            },
            Expr::Path(path) => match self.scope.find(self.module, &names(&path.path), Space::Value) {
                Found::Local {
                    item: LocalItem::Constant(item),
                    module,
                    ..
                } => match &*item.ty {
                    syn::Type::Path(path) => Constants { module, ..*self }.integer_type(&path.path),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    fn integer_type(&self, path: &syn::Path) -> Option<IntegerType> {
        let mut module = self.module;
        let mut names = names(path);
        for _ in 0..MAX_DEPTH {
            match self.scope.find(module, &names, Space::Type) {
                Found::External(path) => return IntegerType::named(path.last()?, self.target),
                Found::Local {
                    item: LocalItem::Alias(alias),
                    module: inside,
                    ..
                } => {
                    let syn::Type::Path(path) = &*alias.ty else {
                        return None;
                    };
                    module = inside;
                    names = super::scope::names(&path.path);
                }
                _ => return None,
            }
        }
        None
    }

    fn path(&self, path: &syn::Path, depth: u32) -> Result<i128, String> {
        let names = names(path);
        if let [name] = names.as_slice()
            && let Some(value) = self.parameters.get(name)
        {
            return Ok(*value);
        }
        match self.scope.find(self.module, &names, Space::Value) {
            Found::Local {
                item: LocalItem::Constant(item),
                module,
                ..
            } => {
                let inside = Constants { module, ..*self };
                let ty = match &*item.ty {
                    syn::Type::Path(path) => inside.integer_type(&path.path),
                    _ => None,
                };
                let ty = ty.ok_or_else(not_an_integer)?;
                return ty.fit(inside.value(&item.expr, ty, depth)?);
            }
            Found::External(path) => {
                if let [.., ty, name] = path.as_slice()
                    && let Some(ty) = IntegerType::named(ty, self.target)
                {
                    match name.as_str() {
                        "MAX" if ty.bits < 128 || ty.signed => return Ok(ty.max()),
                        "MIN" => return Ok(ty.min()),
                        "BITS" => return Ok(i128::from(ty.bits)),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        if let [outer @ .., variant] = names.as_slice()
            && !outer.is_empty()
            && let Found::Local {
                item: LocalItem::Enum(item),
                module,
                ..
            } = self.scope.find(self.module, outer, Space::Type)
        {
            let values = Constants { module, ..*self }.discriminants_from(item, depth)?;
            if let Some((_, value)) = values.into_iter().find(|(name, _)| name == variant) {
                return Ok(value);
            }
        }
        Err(format!(
            "the constant `{}` is not one whose value can be read here",
            names.join("::")
        ))
    }

    /// The variants of an enum that exist on the target, with their values.
    pub(super) fn discriminants(&self, item: &syn::ItemEnum) -> Result<Vec<(String, i128)>, String> {
        self.discriminants_from(item, 0)
    }

    fn discriminants_from(&self, item: &syn::ItemEnum, depth: u32) -> Result<Vec<(String, i128)>, String> {
        let metas = super::attributes::active(&item.attrs, self.target).unwrap_or_default();
        let repr = super::attributes::Repr::read(&metas);
        let ty = repr
            .integer
            .as_deref()
            .and_then(|name| IntegerType::named(name, self.target));
        let pointer_bits = self.target.pointer_size().bits().0 as u32;
        let ty = ty.unwrap_or(IntegerType {
            bits: pointer_bits,
            signed: true,
        });
        let mut values = Vec::new();
        let mut next = 0i128;
        for variant in &item.variants {
            if super::attributes::active(&variant.attrs, self.target).is_none() {
                continue;
            }
            let value = match &variant.discriminant {
                Some((_, expression)) => ty.fit(self.value(expression, ty, depth)?),
                None => ty.fit(next),
            };
            let value = value.map_err(|reason| format!("the value of `{}`: {reason}", variant.ident))?;
            values.push((variant.ident.to_string(), value));
            next = value.checked_add(1).unwrap_or(value);
        }
        Ok(values)
    }
}

fn operate(operator: &BinOp, left: i128, right: i128) -> Result<i128, String> {
    let shift = u32::try_from(right).ok().filter(|count| *count < 128);
    let value = match operator {
        BinOp::Add(_) => left.checked_add(right),
        BinOp::Sub(_) => left.checked_sub(right),
        BinOp::Mul(_) => left.checked_mul(right),
        BinOp::Div(_) => left.checked_div(right),
        BinOp::Rem(_) => left.checked_rem(right),
        BinOp::Shl(_) => shift.and_then(|count| left.checked_shl(count)),
        BinOp::Shr(_) => shift.and_then(|count| left.checked_shr(count)),
        BinOp::BitAnd(_) => Some(left & right),
        BinOp::BitOr(_) => Some(left | right),
        BinOp::BitXor(_) => Some(left ^ right),
        _ => return Err("a constant expression compares or assigns".to_owned()),
    };
    value.ok_or_else(overflow)
}

fn overflow() -> String {
    "a constant expression overflows".to_owned()
}

fn not_an_integer() -> String {
    "a constant expression is not an integer".to_owned()
}
