//! The calls that led to a crash: reads return addresses from the copy of a stack, then names, files and lines from the
//! libraries.
//!
//! The stack is a fixture's and may hold anything. Every step is checked: an address that no code of a library covers, or
//! a frame that does not lie above the one before, ends the walk.

mod image;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gimli::{CfaRule, Register, RegisterRule, UnwindContext, X86_64};
use twincall_abi::run::{Frame, Module, Stack};

use image::{Bytes, Expression, Image};

/// A backtrace has at most this many frames.
const MAX_FRAMES: usize = 32;

/// The registers by their number in DWARF, the return address last.
const REGISTERS: [&str; 17] = [
    "rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
    "r15", "rip",
];

/// Where the debug information of a library is, if it is in another file.
pub(super) type DebugFile<'a> = dyn Fn(&Path) -> Option<PathBuf> + 'a;

/// The content of the libraries of one batch, read when the first crash asks for it.
#[derive(Default)]
pub(super) struct Files(OnceCell<BTreeMap<String, OnceCell<Option<Bytes>>>>);

impl Files {
    fn of(&self, modules: &[Module], path: &str, debug_file: &DebugFile<'_>) -> Option<&Bytes> {
        let files = self.0.get_or_init(|| {
            let paths = modules.iter().map(|module| module.path.clone());
            paths.map(|path| (path, OnceCell::new())).collect()
        });
        let read = || Bytes::read(Path::new(path), debug_file);
        files.get(path)?.get_or_init(read).as_ref()
    }
}

/// Reads the backtraces of one batch.
pub(super) struct Unwinder<'f> {
    files: &'f Files,
    debug_file: &'f DebugFile<'f>,
    images: BTreeMap<String, Option<Image<'f>>>,
    /// What was found for an address in a file: a crash that occurs a thousand times is looked up once.
    known: BTreeMap<(String, u64), Vec<Frame>>,
    context: UnwindContext<usize>,
}

/// Where a call stands: its registers, as far as they are known.
#[derive(Clone)]
struct Cursor([Option<u64>; REGISTERS.len()]);

impl Cursor {
    fn get(&self, register: Register) -> Option<u64> {
        self.0.get(usize::from(register.0)).copied().flatten()
    }

    fn set(&mut self, register: Register, value: Option<u64>) {
        if let Some(place) = self.0.get_mut(usize::from(register.0)) {
            *place = value;
        }
    }

    /// A frame that has only just been entered: the return address is on top of the stack.
    fn return_at_once(&self, stack: &Stack) -> Option<Cursor> {
        let top = self.get(X86_64::RSP)?;
        let mut caller = self.clone();
        caller.set(X86_64::RA, Some(word(stack, top)?));
        caller.set(X86_64::RSP, Some(top.checked_add(8)?));
        Some(caller)
    }
}

/// The word at an address, if it was copied.
fn word(stack: &Stack, address: u64) -> Option<u64> {
    let offset = usize::try_from(address.checked_sub(stack.at)?).ok()?;
    let bytes = stack.bytes.get(offset..)?.first_chunk()?;
    Some(u64::from_le_bytes(*bytes))
}

impl<'f> Unwinder<'f> {
    pub(super) fn new(files: &'f Files, debug_file: &'f DebugFile<'f>) -> Unwinder<'f> {
        Unwinder {
            files,
            debug_file,
            images: BTreeMap::new(),
            known: BTreeMap::new(),
            context: UnwindContext::new(),
        }
    }

    /// The frames of a crash, the innermost first. The probe's own, from which the call was made, are not among them.
    pub(super) fn frames(&mut self, registers: &BTreeMap<String, u64>, stack: &Stack) -> Vec<Frame> {
        let mut cursor = Cursor(REGISTERS.map(|name| registers.get(name).copied()));
        let mut frames = Vec::new();
        let mut is_first = true;
        while let Some(address) = cursor.get(X86_64::RA)
            && frames.len() < MAX_FRAMES
        {
            // A return address may be the first one behind its function; the call before it is not.
            let looked_up = if is_first {
                address
            } else {
                address.wrapping_sub(1)
            };
            let next = match self.module(stack, looked_up) {
                Some(module) => {
                    let offset = address.wrapping_sub(module.bias);
                    frames.extend(self.describe(&module.path, offset, looked_up.wrapping_sub(module.bias)));
                    self.caller(module, looked_up, &cursor, stack)
                }
                // A call to nowhere: it is the caller that matters.
                None if is_first => {
                    frames.push(Frame {
                        function: None,
                        file: None,
                        line: None,
                        library: String::new(),
                        offset: address,
                    });
                    cursor.return_at_once(stack)
                }
                None => break,
            };
            is_first = false;
            match next {
                Some(next) if next.get(X86_64::RSP) > cursor.get(X86_64::RSP) => cursor = next,
                _ => break,
            }
        }
        frames.truncate(MAX_FRAMES);
        frames
    }

    /// The module whose code covers an address.
    fn module<'s>(&mut self, stack: &'s Stack, address: u64) -> Option<&'s Module> {
        stack.modules.iter().find(|module| {
            let image = self.image(&stack.modules, &module.path);
            image.is_some_and(|image| image.covers(address.wrapping_sub(module.bias)))
        })
    }

    fn image(&mut self, modules: &[Module], path: &str) -> Option<&Image<'f>> {
        if !self.images.contains_key(path) {
            let bytes = self.files.of(modules, path, self.debug_file);
            let image = bytes.and_then(|bytes| Image::parse(bytes).ok());
            self.images.insert(path.to_owned(), image);
        }
        self.images.get(path)?.as_ref()
    }

    /// An address as frames: more than one where calls were inlined.
    fn describe(&mut self, path: &str, offset: u64, looked_up: u64) -> Vec<Frame> {
        let key = (path.to_owned(), offset);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let frames: Vec<Frame> = match self.images.get(path) {
            Some(Some(image)) => image.functions(looked_up),
            _ => Vec::new(),
        }
        .into_iter()
        .map(|found| Frame {
            function: found.name,
            file: found.file,
            line: found.line,
            library: path.to_owned(),
            offset,
        })
        .collect();
        self.known.insert(key, frames.clone());
        frames
    }

    /// The registers of the caller, by the unwind table of the code at this address.
    fn caller(&mut self, module: &Module, address: u64, cursor: &Cursor, stack: &Stack) -> Option<Cursor> {
        let image = self.images.get(&module.path)?.as_ref()?;
        let row = image.unwind_row(&mut self.context, address.wrapping_sub(module.bias))?;
        let read = |address| word(stack, address);
        let evaluate = |expression: &Expression, initial: Option<u64>| {
            image.evaluate(expression, initial, &|register| cursor.get(register), &read)
        };
        let cfa = match row.cfa() {
            CfaRule::RegisterAndOffset { register, offset } => {
                cursor.get(*register)?.checked_add_signed(*offset)?
            }
            CfaRule::Expression(expression) => evaluate(expression, None)?,
        };
        let mut caller = cursor.clone();
        // What a callee need not preserve is lost, unless the table says where it is.
        for number in 0..=X86_64::RA.0 {
            let register = Register(number);
            let value = match row.register(register) {
                None if is_preserved(register) => continue,
                None | Some(RegisterRule::Undefined) => None,
                Some(RegisterRule::SameValue) => continue,
                Some(RegisterRule::Offset(offset)) => cfa.checked_add_signed(offset).and_then(read),
                Some(RegisterRule::ValOffset(offset)) => cfa.checked_add_signed(offset),
                Some(RegisterRule::Register(other)) => cursor.get(other),
                Some(RegisterRule::Expression(expression)) => evaluate(&expression, Some(cfa)).and_then(read),
                Some(RegisterRule::ValExpression(expression)) => evaluate(&expression, Some(cfa)),
                Some(RegisterRule::Constant(value)) => Some(value),
                Some(_) => None,
            };
            caller.set(register, value);
        }
        if !matches!(
            row.register(X86_64::RSP),
            Some(RegisterRule::Expression(_) | RegisterRule::ValExpression(_) | RegisterRule::Offset(_))
        ) {
            caller.set(X86_64::RSP, Some(cfa));
        }
        Some(caller)
    }
}

/// Whether a callee leaves the register as it was (psABI 3.2.1).
fn is_preserved(register: Register) -> bool {
    [
        X86_64::RBX,
        X86_64::RBP,
        X86_64::R12,
        X86_64::R13,
        X86_64::R14,
        X86_64::R15,
    ]
    .contains(&register)
}
