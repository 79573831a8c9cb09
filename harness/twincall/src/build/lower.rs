//! From one function of a compiler's IR to the places of its arguments and result: the one way on which judge, back end and
//! `explain` go.

use thiserror::Error;
use twincall_abi::compare::{ArgumentSlots, attribute};
use twincall_abi::ir::IrFunction;
use twincall_abi::place::place_typed;
use twincall_abi::slot::{Lowering, Placement};
use twincall_abi::target::Target;
use twincall_abi::units::Bytes;

use super::{NoIr, SideEvidence};

/// Where a function's values are, by the IR of its compiler.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// By the parameters of the IR.
    pub lowering: Lowering,
    /// By those of the source. Nothing where nobody knows which value belongs to which.
    pub by_source: Option<ArgumentSlots>,
}

/// Why nobody knows where a function's values are.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum LowerError {
    #[error("no IR: {0}")]
    NoIr(NoIr),
    #[error("the function is not in the IR: nothing refers to it")]
    NotInIr,
    #[error("slots not known: {0}")]
    Unsupported(String),
}

impl SideEvidence {
    /// Where a function's values are, by its symbol. `llvm` is the compiler's own major version.
    ///
    /// # Errors
    /// See [`LowerError`].
    pub fn lower(
        &self,
        symbol: &str,
        target: Target,
        llvm: u32,
    ) -> Result<(&IrFunction, Lowered), LowerError> {
        let functions = self
            .ir
            .as_ref()
            .map_err(|reason| LowerError::NoIr(reason.clone()))?;
        let function = functions.iter().find(|function| function.symbol == symbol);
        let function = function.ok_or(LowerError::NotInIr)?;
        Ok((function, self.lower_as(function, symbol, target, llvm)?))
    }

    /// As [`SideEvidence::lower`], of a function as a caller with other features sees it, or under a second name: the
    /// types are those of `symbol`.
    ///
    /// # Errors
    /// See [`LowerError`].
    pub fn lower_as(
        &self,
        function: &IrFunction,
        symbol: &str,
        target: Target,
        llvm: u32,
    ) -> Result<Lowered, LowerError> {
        let ty = self.wasm.get(&function.symbol);
        let lowering = match place_typed(function, target, llvm, ty) {
            Placement::Placed(lowering) => lowering,
            Placement::Unsupported(reason) => return Err(LowerError::Unsupported(reason)),
        };
        let types = self.layouts.functions.get(symbol).cloned().unwrap_or_default();
        let by_source = attribute(
            function,
            &lowering,
            &self.layouts,
            &types.params,
            types.result,
            target,
        );
        Ok(Lowered { lowering, by_source })
    }
}

impl Lowered {
    /// The slots by the source's parameters, or all arguments as one; and which of the two it is.
    pub fn slots(self) -> (ArgumentSlots, bool) {
        match self.by_source {
            Some(slots) => (slots, true),
            None => {
                let all = ArgumentSlots {
                    arguments: vec![self.lowering.arguments.into_iter().flatten().collect()],
                    result: self.lowering.result,
                    hidden: Vec::new(),
                    stack: Bytes(0),
                };
                (all, false)
            }
        }
    }
}
