//! A call that a fixture's own code made across the boundary, whoever recorded it.

use twincall_abi::machine::Captured;
use twincall_abi::slot::Location;

use super::MachineSeen;
use crate::run::wasm::{WasmCall, WasmCalls};

/// A call that a fixture's own code made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CrossingSeen {
    pub symbol: String,
    pub record: Record,
}

/// The call as its callee found it, and what came back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Record {
    /// Registers and stack, by a stub of the probe.
    Machine(Box<Captured>),
    /// Parameters and results, by the host.
    Wasm(WasmCall),
}

impl CrossingSeen {
    /// Its place among the calls that one body made, counted from 1.
    pub fn order(&self) -> u64 {
        match &self.record {
            Record::Machine(captured) => captured.order,
            Record::Wasm(call) => call.order,
        }
    }

    /// Whether it was seen to come back.
    pub fn returned(&self) -> bool {
        match &self.record {
            Record::Machine(captured) => captured.result.is_some(),
            Record::Wasm(call) => call.results.is_some(),
        }
    }

    /// Whether a place that is not here is not in the call either.
    pub fn is_whole(&self) -> bool {
        matches!(self.record, Record::Wasm(_))
    }

    /// So many bytes of an argument's place. Nothing where they were not recorded.
    pub fn argument(&self, location: &Location, width: usize) -> Option<Vec<u8>> {
        match &self.record {
            Record::Machine(captured) => captured.argument(location, width),
            Record::Wasm(call) => {
                let Location::WasmParam { index } = location else {
                    return None;
                };
                let value = call.parameters.get(*index as usize)?;
                Some(value.bytes.get(..width)?.to_vec())
            }
        }
    }

    /// The same of a result's place.
    pub fn result(&self, location: &Location, width: usize) -> Option<Vec<u8>> {
        match &self.record {
            Record::Machine(captured) => captured.result.as_ref()?.value(location, width),
            Record::Wasm(call) => {
                let Location::WasmResult { index } = location else {
                    return None;
                };
                let value = call.results.as_ref()?.get(*index as usize)?;
                Some(value.bytes.get(..width)?.to_vec())
            }
        }
    }

    /// The first bytes of what an argument's place pointed at. Nothing where memory was not recorded.
    pub fn behind(&self, location: &Location, width: usize) -> Option<Vec<u8>> {
        let (Record::Wasm(call), Location::WasmParam { index }) = (&self.record, location) else {
            return None;
        };
        let value = call.parameters.get(*index as usize)?;
        let kept = value.behind.get(..width.min(value.behind.len()))?;
        (!kept.is_empty()).then(|| kept.to_vec())
    }

    /// Where the caller has put the stack off its alignment to 16 bytes: which address, and how many bytes it is off.
    pub fn misaligned(&self) -> Option<(&'static str, u32)> {
        let (what, off) = match &self.record {
            // A call has pushed the return address (psABI 3.2.2).
            Record::Machine(captured) => ("rsp + 8", u32::from((captured.rsp_modulo_64 + 8) % 16)),
            Record::Wasm(call) => ("__stack_pointer", call.stack.off()),
        };
        (off != 0).then_some((what, off))
    }

    /// What the callee did not give back.
    pub fn lost(&self) -> Vec<&'static str> {
        match &self.record {
            Record::Machine(captured) => captured
                .preserved
                .map(|preserved| preserved.lost())
                .unwrap_or_default(),
            Record::Wasm(call) if call.stack.lost() => vec!["__stack_pointer"],
            Record::Wasm(_) => Vec::new(),
        }
    }

    /// Why it was not passed on to the function.
    pub fn refused(&self) -> Option<String> {
        let Record::Wasm(call) = &self.record else {
            return None;
        };
        let (called_as, own) = call.mismatch.as_ref()?;
        Some(format!("the function is {own} and is called as {called_as}"))
    }
}

impl From<WasmCalls> for MachineSeen {
    fn from(seen: WasmCalls) -> MachineSeen {
        let calls = seen.calls.into_iter().map(|call| CrossingSeen {
            symbol: call.symbol.clone(),
            record: Record::Wasm(call),
        });
        MachineSeen::Tapped {
            calls: calls.collect(),
            further: seen.further,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::wasm::{LinearStack, WasmValue};

    fn value(bytes: &[u8], behind: &[u8]) -> WasmValue {
        WasmValue {
            bytes: bytes.to_vec(),
            behind: behind.to_vec(),
        }
    }

    fn call() -> WasmCall {
        WasmCall {
            symbol: "f".to_owned(),
            order: 3,
            parameters: vec![value(&[1, 2, 3, 4], &[]), value(&[16, 0, 0, 0], &[7, 8, 9])],
            results: Some(vec![value(&[5; 8], &[])]),
            stack: LinearStack {
                entry: Some(64),
                exit: Some(64),
                ..LinearStack::default()
            },
            mismatch: None,
        }
    }

    fn seen(call: WasmCall) -> CrossingSeen {
        CrossingSeen {
            symbol: call.symbol.clone(),
            record: Record::Wasm(call),
        }
    }

    #[test]
    fn places_of_wasm_are_parameters_and_results() {
        let seen = seen(call());
        let param = |index| Location::WasmParam { index };
        let result = |index| Location::WasmResult { index };
        assert_eq!(seen.argument(&param(0), 1), Some(vec![1]));
        assert_eq!(seen.argument(&param(0), 4), Some(vec![1, 2, 3, 4]));
        assert_eq!(seen.argument(&param(0), 8), None, "it has four bytes");
        assert_eq!(seen.argument(&param(2), 4), None);
        assert_eq!(seen.argument(&result(0), 4), None);
        assert_eq!(seen.result(&result(0), 4), Some(vec![5; 4]));
        assert_eq!(seen.result(&param(0), 4), None);
        assert_eq!(seen.behind(&param(1), 2), Some(vec![7, 8]));
        assert_eq!(seen.behind(&param(1), 9), Some(vec![7, 8, 9]));
        assert_eq!(seen.behind(&param(0), 2), None);
        assert_eq!((seen.order(), seen.returned(), seen.is_whole()), (3, true, true));
    }

    #[test]
    fn the_linear_stack_is_aligned_and_given_back() {
        let seen_with = |stack| {
            let seen = seen(WasmCall { stack, ..call() });
            (seen.misaligned(), seen.lost())
        };
        let with = |entry, exit| {
            seen_with(LinearStack {
                entry,
                exit,
                ..LinearStack::default()
            })
        };
        assert_eq!(with(Some(64), Some(64)), (None, vec![]));
        assert_eq!(with(Some(68), Some(68)), (Some(("__stack_pointer", 4)), vec![]));
        assert_eq!(with(Some(64), Some(48)), (None, vec!["__stack_pointer"]));
        // What did not come back, and a module without the global, tell nothing.
        assert_eq!(with(Some(64), None), (None, vec![]));
        assert_eq!(with(None, None), (None, vec![]));
        // What another call around or within this one has done is not its own doing.
        let innocent = LinearStack {
            entry: Some(68),
            exit: Some(52),
            inherited: true,
            lost_within: true,
        };
        assert_eq!(seen_with(innocent), (None, vec![]));
    }

    #[test]
    fn a_call_that_was_not_passed_on_says_why() {
        assert_eq!(seen(call()).refused(), None);
        let refused = seen(WasmCall {
            results: None,
            mismatch: Some(("func ()".to_owned(), "func (i32)".to_owned())),
            ..call()
        });
        assert_eq!(
            refused.refused().as_deref(),
            Some("the function is func (i32) and is called as func ()")
        );
        assert!(!refused.returned());
    }
}
