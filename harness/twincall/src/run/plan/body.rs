//! Calls of the fixture's own functions, with explicit or synthesised values.

use twincall_abi::interface::Side;
use twincall_abi::layout::{FunctionTypes, LayoutTable, LeafKind, Scalar, Shape, TypeId};
use twincall_abi::run::{Call, SymbolIn};
use twincall_abi::value::Pattern;

use super::arena::Arena;
use super::encode::Encoder;
use super::region::Region;
use super::{LibraryOf, PlannedCall, Planner, Symbols, label};
use crate::build::{BuildError, variadic_call};
use crate::call::CallExpression;
use crate::facts::Root;

impl Planner<'_> {
    pub(super) fn bodies(
        &self,
        calls: &mut Vec<(Call, PlannedCall)>,
        symbol: &str,
        caller: Side,
        callee: Side,
        of: &LibraryOf,
    ) -> Result<(), BuildError> {
        let explicit: Vec<&CallExpression> = self
            .case
            .calls
            .iter()
            .filter(|call| call.function == symbol)
            .collect();
        let symbols = Symbols {
            of,
            caller,
            callee,
            symbol,
        };
        let Some(types) = self.layouts(caller).functions.get(symbol).cloned().or_else(|| {
            // A function without parameters and result has no type table.
            let function = self.build.interface(caller).function(symbol)?;
            function.signature.params.is_empty().then(FunctionTypes::default)
        }) else {
            return Ok(());
        };
        for expression in explicit.iter().copied() {
            if let Some(call) = self.explicit(&symbols, expression, &types)? {
                calls.push(call);
            }
        }
        let variadic = self
            .build
            .interface(caller)
            .function(symbol)
            .is_some_and(|f| f.signature.variadic);
        let drivers = &self.level.side(caller).symbols.defined;
        let has_driver = drivers.contains(&format!("tc_{}_call_{symbol}", caller.tag()));
        // A fixture that says what to call is taken at its word: other bodies may not be safe for any value.
        if !self.case.calls.is_empty() || variadic || !has_driver {
            return Ok(());
        }
        // All paths must get the same values, so the other side's type restricts them whoever is called.
        let partner = self.layouts(caller.other()).functions.get(symbol).cloned();
        let other_by_value = partner
            .as_ref()
            .is_none_or(|types| self.by_value(caller.other(), types));
        if !self.by_value(caller, &types) || !other_by_value {
            return Ok(());
        }
        let edges = self.edges(caller, &types, caller.other(), partner.as_ref());
        let patterns = std::iter::once(Pattern::Graffiti).chain((0..edges).map(Pattern::Edge));
        let patterns: Vec<Pattern> = if types.params.is_empty() {
            vec![Pattern::Graffiti]
        } else {
            patterns.collect()
        };
        for pattern in patterns {
            calls.push(self.synthesized_body(&symbols, &types, partner.as_ref(), pattern));
        }
        Ok(())
    }

    /// Whether no parameter holds an address, or bytes of which not every pattern is valid, so that any value is
    /// safe to pass to a body.
    fn by_value(&self, side: Side, types: &FunctionTypes) -> bool {
        let table = self.layouts(side);
        types.params.iter().all(|&id| {
            table.leaves(id).iter().all(|leaf| match &leaf.kind {
                LeafKind::Scalar(scalar) => !matches!(scalar, Scalar::Pointer { .. }),
                LeafKind::Bytes { .. } => !restricts_bytes(table, id, 0),
            })
        })
    }

    fn synthesized_body(
        &self,
        symbols: &Symbols<'_>,
        types: &FunctionTypes,
        partner: Option<&FunctionTypes>,
        pattern: Pattern,
    ) -> (Call, PlannedCall) {
        let (caller, other_side) = (symbols.caller, symbols.caller.other());
        let mut arena = Arena::new(self.target);
        let pointers = arena.pointers(types.params.len());
        let mut sent = Vec::new();
        for (index, &id) in types.params.iter().enumerate() {
            let other = partner.and_then(|partner| partner.params.get(index).copied());
            let at = self.synthesize(&mut arena, symbols, caller, id, other_side, other, pattern, index);
            arena.point(pointers + index * arena.word(), at);
            sent.push(self.region((caller, id), (other_side, other), at, Root::Argument(index)));
        }
        let other_result = partner.and_then(|partner| partner.result);
        let result_at = self.poisoned(&mut arena, caller, types.result, other_side, other_result);
        let unsettled = self.unsettled(symbols.symbol);
        let outputs: Vec<Region> = types
            .result
            .map(|id| self.result_region((caller, id), (other_side, other_result), result_at, &unsettled))
            .into_iter()
            .collect();
        let driver = format!("tc_{}_call_{}", caller.tag(), symbols.symbol);
        let call = arena.finish(
            symbols.caller(driver),
            vec![symbols.body_target()],
            pointers,
            result_at,
        );
        (call, symbols.body(label(pattern), sent, outputs, None))
    }

    fn explicit(
        &self,
        symbols: &Symbols<'_>,
        expression: &CallExpression,
        types: &FunctionTypes,
    ) -> Result<Option<(Call, PlannedCall)>, BuildError> {
        let caller = symbols.caller;
        let wrong = |message: String| BuildError::Calls {
            call: expression.text.clone(),
            message,
        };
        let variadic = variadic_call(expression, &self.build.c, &self.build.rust)?;
        let position = variadic.as_ref().and_then(|wanted| {
            self.build
                .variadic_calls
                .iter()
                .filter(|call| call.symbol == wanted.symbol)
                .position(|call| call == wanted)
        });
        let mut driver = format!("tc_{}_call_{}", caller.tag(), symbols.symbol);
        if let Some(position) = position {
            driver.push_str(&format!("__v{position}"));
        }
        if !self.level.side(caller).symbols.defined.contains(&driver) {
            return Ok(None);
        }
        if variadic.is_none() && types.params.len() != expression.arguments.len() {
            // This side declares another number of parameters; the difference is a finding, and
            // a call with values for the other's parameters means nothing here.
            return Ok(None);
        }
        let mut arena = Arena::new(self.target);
        let pointers = arena.pointers(expression.arguments.len());
        let mut sent = Vec::new();
        let mut outputs = Vec::new();
        let address_of = |name: &str| self.address_of(symbols, name);
        let mut encoder = Encoder {
            table: self.layouts(caller),
            address_of: &address_of,
            arena: &mut arena,
            buffers: Vec::new(),
        };
        for (index, argument) in expression.arguments.iter().enumerate() {
            let extra = index.checked_sub(types.params.len());
            let at = match (types.params.get(index), extra) {
                (Some(&id), _) => encoder.value(argument, id).inspect(|&at| {
                    sent.push(self.region((caller, id), (caller, None), at, Root::Argument(index)));
                }),
                (None, Some(extra)) => {
                    let ty = variadic.as_ref().and_then(|call| call.extra.get(extra).copied());
                    encoder.variadic(argument, ty)
                }
                (None, None) => Err("there is no such parameter".to_owned()),
            };
            let at = at.map_err(|message| wrong(format!("argument {}: {message}", index + 1)))?;
            encoder.arena.point(pointers + index * encoder.arena.word(), at);
            for mut buffer in std::mem::take(&mut encoder.buffers) {
                buffer.root = Root::Buffer(index);
                outputs.push(buffer);
            }
        }
        let unsettled = self.unsettled(symbols.symbol);
        let expected = match (&expression.expected, types.result) {
            (Some(value), Some(id)) => Some(encoder.expected(value, id, &unsettled).map_err(wrong)?),
            (Some(_), None) => return Err(wrong("it returns nothing to compare with".to_owned())),
            (None, _) => None,
        };
        let result_at = self.poisoned(&mut arena, caller, types.result, caller, None);
        if let Some(id) = types.result {
            outputs.insert(
                0,
                self.result_region((caller, id), (caller, None), result_at, &unsettled),
            );
        }
        let call = arena.finish(
            symbols.caller(driver),
            vec![symbols.body_target()],
            pointers,
            result_at,
        );
        Ok(Some((
            call,
            symbols.body(expression.text.clone(), sent, outputs, expected),
        )))
    }

    /// Where the address of a function of the pair can be read, by preference as the caller sees it.
    fn address_of(&self, symbols: &Symbols<'_>, name: &str) -> Option<SymbolIn> {
        [symbols.caller, symbols.caller.other()]
            .into_iter()
            .find_map(|side| {
                let symbol = format!("tc_{}_address_{name}", side.tag());
                let library = *symbols.of.get(&side)?;
                let known = self.level.side(side).symbols.defined.contains(&symbol);
                known.then_some(SymbolIn { library, symbol })
            })
    }
}

/// Whether a union, an enum with fields or a long array somewhere inside a type holds scalars of which not every
/// pattern of bits is valid: values are synthesised for its bytes, not for its members.
fn restricts_bytes(table: &LayoutTable, id: TypeId, depth: usize) -> bool {
    if depth > 16 {
        return true;
    }
    match &table.get(id).shape {
        Shape::Scalar(scalar) => !matches!(scalar, Scalar::Integer { .. } | Scalar::Float { .. }),
        Shape::Array { element, .. } => restricts_bytes(table, *element, depth + 1),
        Shape::Struct { fields } | Shape::Union { fields } => fields
            .iter()
            .any(|field| restricts_bytes(table, field.ty, depth + 1)),
        Shape::Variants { .. } => true,
        Shape::Function { .. } | Shape::Incomplete => false,
    }
}
