//! From the document of a function to what it says of the callee's side; its body is walked in [`super::body`].

use std::collections::HashMap;

use super::body::{self, Body};
use super::registers::{carries_nothing, class_width, register, slot};
use super::text::{Document, mappings, value};
use super::{BackendError, BackendFunction, StackObject, Unnamed};
use twincall_abi::slot::Slot;
use twincall_abi::units::Bytes;

pub(super) fn read(document: &Document<'_>) -> Result<BackendFunction, BackendError> {
    let body = body::walk(document)?;
    let starts_list = document.frame_info.iter().any(|(_, line)| {
        line.split_once(':')
            .map(|(key, value)| (key.trim(), value.trim()))
            == Some(("hasVAStart", "true"))
    });
    let mut variadic = starts_list.then(Unnamed::default);
    let incoming = live_ins(document, &body, variadic.as_mut())?;
    let mut stack = stack_objects(document)?;
    if let Some(unnamed) = &mut variadic {
        // `va_start` is given an object of one byte after all parameters.
        if let Some(end) = stack.pop_if(|last| last.size.0 == 1) {
            unnamed.overflow = Some(end.offset);
        }
    }
    Ok(BackendFunction {
        symbol: document.symbol.clone(),
        incoming,
        stack,
        results: body.results,
        variadic,
        calls: body.calls,
    })
}

/// Registers that are live at the entry. Those of a variadic function that go to the save area and nowhere else
/// are noted there.
fn live_ins(
    document: &Document<'_>,
    body: &Body<'_>,
    mut unnamed: Option<&mut Unnamed>,
) -> Result<Vec<Slot>, BackendError> {
    let mut incoming = Vec::new();
    let classes: HashMap<u32, &str> = body.copied_in.iter().copied().collect();
    for (line, mapping) in mappings(document, &document.live_ins)? {
        let named = value(&mapping, "reg").and_then(|reg| reg.strip_prefix('$'));
        let Some(name) = named else {
            return Err(document.form(line, "a register, `$rdi`", "liveins"));
        };
        let Some(register) = register(name) else {
            return Err(document.form(line, "a register that can carry a value", name));
        };
        if carries_nothing(&register.full) {
            continue;
        }
        if let Some(unnamed) = unnamed.as_deref_mut() {
            if name == "al" {
                unnamed.reads_al = true;
                continue;
            }
            if body.saved.contains(&register.full) {
                unnamed.saved.push(register.full);
                continue;
            }
        }
        let number = value(&mapping, "virtual-reg").and_then(|reg| reg.strip_prefix('%'));
        let number = number.and_then(|number| number.parse::<u32>().ok());
        let class = number.and_then(|number| classes.get(&number));
        incoming.push(slot(&register, class.and_then(|class| class_width(class))));
    }
    Ok(incoming)
}

/// Objects of the caller's frame, by offset. Those below the arguments are not the caller's: the return address
/// lies there.
fn stack_objects(document: &Document<'_>) -> Result<Vec<StackObject>, BackendError> {
    let mut objects = Vec::new();
    for (line, mapping) in mappings(document, &document.fixed_stack)? {
        let number = |key| value(&mapping, key).and_then(|value| value.parse::<i64>().ok());
        let (Some(offset), Some(size), Some(align)) = (number("offset"), number("size"), number("alignment"))
        else {
            return Err(document.form(
                line,
                "a stack object with offset, size and alignment",
                "fixedStack",
            ));
        };
        if value(&mapping, "type") != Some("default") {
            continue;
        }
        let Ok(offset) = u64::try_from(offset) else {
            continue;
        };
        let (Ok(size), Ok(align)) = (u64::try_from(size), u64::try_from(align)) else {
            return Err(document.form(line, "a size that is not negative", "fixedStack"));
        };
        objects.push(StackObject {
            offset: Bytes(offset),
            size: Bytes(size),
            align: Bytes(align),
        });
    }
    objects.sort();
    objects.dedup();
    Ok(objects)
}
