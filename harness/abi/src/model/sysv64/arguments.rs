//! Registers and stack while a function's arguments are passed: psABI 3.2.3, *Passing*.

use crate::slot::{ARGUMENT_REGISTERS, ARGUMENT_VECTORS, Content, Extension, Location, Slot};
use crate::units::Bytes;

use super::super::reader::Unsupported;
use super::super::{Class, Clause, ModelSlot, clauses};
use super::{Value, push};

const EIGHTBYTE: u64 = 8;
const POINTER: u64 = 8;

/// Registers are taken in order, so that counts are enough.
#[derive(Debug)]
pub(super) struct Arguments {
    general: usize,
    vectors: usize,
    stack: u64,
    stack_align: u64,
}

impl Arguments {
    pub(super) fn new() -> Arguments {
        Arguments {
            general: 0,
            vectors: 0,
            stack: 0,
            stack_align: 16,
        }
    }

    /// Bytes of the argument area so far.
    pub(super) fn stack(&self) -> u64 {
        self.stack
    }

    pub(super) fn stack_align(&self) -> u64 {
        self.stack_align
    }

    /// What `al` holds at least.
    pub(super) fn vector_count(&self) -> u8 {
        self.vectors as u8
    }

    /// A pointer argument: to `to` bytes that are the value, or a value itself.
    pub(super) fn pointer(&mut self, to: Option<u64>) -> Result<ModelSlot, Unsupported> {
        let location = match ARGUMENT_REGISTERS.get(self.general) {
            Some(register) => {
                self.general += 1;
                Location::Register((*register).to_owned())
            }
            None => self.on_stack(POINTER, POINTER)?,
        };
        let mut slot = slot(location, POINTER, 0);
        if let Some(to) = to {
            slot.slot.content = Content::Pointer { to: Bytes(to) };
        }
        Ok(slot)
    }

    /// Passes a value by its classes.
    pub(super) fn pass(
        &mut self,
        value: &Value,
        because: &mut Vec<Clause>,
    ) -> Result<Vec<ModelSlot>, Unsupported> {
        let on_stack = |class: &Class| {
            matches!(
                class,
                Class::Memory | Class::X87 | Class::X87Up | Class::ComplexX87
            )
        };
        if value.classes.is_empty() {
            return Ok(Vec::new());
        }
        let memory = value.classes.iter().any(on_stack);
        if memory && !value.never_on_stack {
            push(because, clauses::SYSV_PASS_MEMORY);
            return self.whole(value);
        }
        let count = |wanted: Class| value.classes.iter().filter(|class| **class == wanted).count();
        let fits = self.general + count(Class::Integer) <= ARGUMENT_REGISTERS.len()
            && self.vectors + count(Class::Sse) <= ARGUMENT_VECTORS;
        if (memory || !fits) && value.never_on_stack {
            push(because, clauses::SYSV_UNNAMED_BIT_FIELD);
            return Ok(Vec::new());
        }
        if !fits {
            push(because, clauses::SYSV_ALL_OR_NOTHING);
            push(because, clauses::SYSV_PASS_MEMORY);
            return self.whole(value);
        }
        let mut slots = Vec::new();
        for part in parts(value) {
            let register = match part.class {
                Class::Integer => {
                    push(because, clauses::SYSV_PASS_INTEGER);
                    self.general += 1;
                    ARGUMENT_REGISTERS.get(self.general - 1).map(ToString::to_string)
                }
                _ => {
                    push(because, clauses::SYSV_PASS_SSE);
                    self.vectors += 1;
                    Some(vector_register(part.width, self.vectors - 1))
                }
            };
            let location = register.map(Location::Register);
            let location = location.ok_or_else(|| Unsupported::new("more registers than there are"))?;
            slots.push(extended(slot(location, part.width, part.offset), value));
        }
        Ok(slots)
    }

    /// The argument area takes the value in one piece; a bare `__int128` is shown by its halves.
    fn whole(&mut self, value: &Value) -> Result<Vec<ModelSlot>, Unsupported> {
        // Even an object without size that is passed in memory takes a place there.
        let location = self.on_stack(value.size.max(1), value.align)?;
        if let (true, Location::Stack { offset }) = (value.halves, &location) {
            let high = Location::Stack {
                offset: Bytes(offset.0 + EIGHTBYTE),
            };
            return Ok(vec![
                slot(location, EIGHTBYTE, 0),
                slot(high, EIGHTBYTE, EIGHTBYTE),
            ]);
        }
        let width = value.scalar_width.unwrap_or(value.size);
        Ok(vec![extended(slot(location, width, 0), value)])
    }

    /// Leaves out bytes of the argument area up to an address of this alignment.
    pub(super) fn align(&mut self, align: u64) -> Result<(), Unsupported> {
        self.on_stack(0, align).map(|_| ())
    }

    /// The next place of the argument area, aligned to `align` and at least 8.
    fn on_stack(&mut self, size: u64, align: u64) -> Result<Location, Unsupported> {
        let too_large = || Unsupported::new("an argument area past the address space");
        let align = align.max(EIGHTBYTE);
        let offset = self.stack.checked_next_multiple_of(align).ok_or_else(too_large)?;
        let end = size
            .checked_next_multiple_of(EIGHTBYTE)
            .and_then(|size| offset.checked_add(size));
        self.stack = end.ok_or_else(too_large)?;
        self.stack_align = self.stack_align.max(align);
        Ok(Location::Stack {
            offset: Bytes(offset),
        })
    }
}

/// A run of eightbytes that shares a register.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) class: Class,
    /// In bytes from the start of the value.
    pub(super) offset: u64,
    pub(super) width: u64,
}

/// The registers that a value asks for: one for each eightbyte but padding, where SSEUP joins the one before.
pub(super) fn parts(value: &Value) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (index, &class) in value.classes.iter().enumerate() {
        let offset = index as u64 * EIGHTBYTE;
        let width = value.size.saturating_sub(offset).min(EIGHTBYTE);
        match (class, parts.last_mut()) {
            (Class::NoClass, _) => {}
            (Class::SseUp, Some(last)) => last.width += width,
            _ => parts.push(Part { class, offset, width }),
        }
    }
    if let (Some(width), [part]) = (value.scalar_width, parts.as_mut_slice()) {
        part.width = width;
    }
    parts
}

pub(super) fn slot(location: Location, width: u64, value_offset: u64) -> ModelSlot {
    ModelSlot {
        slot: Slot {
            location,
            width: Bytes(width),
            extension: Extension::None,
            content: Content::Value,
        },
        value_offset: Bytes(value_offset),
        in_buffer: None,
    }
}

pub(super) fn extended(mut slot: ModelSlot, value: &Value) -> ModelSlot {
    slot.slot.extension = value.extension;
    slot
}

/// The register's name by how many bytes are used of it.
pub(super) fn vector_register(width: u64, index: usize) -> String {
    match width {
        33.. => format!("zmm{index}"),
        17.. => format!("ymm{index}"),
        _ => format!("xmm{index}"),
    }
}
