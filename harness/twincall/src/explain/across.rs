//! Whether two targets can read a type of one another as it is.

use serde::Serialize;
use twincall_abi::target::Target;

use super::layout::{Drawing, FieldPlace, Layouts};

/// What one target makes of bytes that the other wrote.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Across {
    pub targets: [Target; 2],
    /// Every field lies at the same place with the same width, and the sizes are equal.
    pub same: bool,
    /// The first field that differs, or the size, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub differs: Option<String>,
    /// What would make them the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Across {
    /// `across native and wasm: same`.
    pub fn line(&self) -> String {
        let [one, other] = self.targets;
        let what = self.differs.as_deref().unwrap_or("same");
        format!("across {one} and {other}: {what}")
    }
}

/// Compares every type on two targets; the drawings of the same side are held against each other.
pub fn compare(layouts: &mut Layouts, targets: [Target; 2]) {
    for ty in &mut layouts.types {
        let mut across: Option<Across> = None;
        for drawing in ty.drawings.iter().filter(|drawing| drawing.target == targets[0]) {
            let twin = ty.drawings.iter().find(|other| {
                other.target == targets[1] && other.side == drawing.side && other.by == drawing.by
            });
            let Some(twin) = twin else { continue };
            let found = pair(drawing, twin, targets);
            if across.as_ref().is_none_or(|known| known.same) {
                across = Some(found);
            }
        }
        ty.across = across;
    }
}

fn pair(one: &Drawing, other: &Drawing, targets: [Target; 2]) -> Across {
    let mut across = Across {
        targets,
        same: true,
        differs: None,
        advice: None,
    };
    let Some((differs, advice)) = difference(one, other, targets) else {
        return across;
    };
    across.same = false;
    across.differs = Some(differs);
    across.advice = advice;
    across
}

fn difference(
    one: &Drawing,
    other: &Drawing,
    [first, second]: [Target; 2],
) -> Option<(String, Option<String>)> {
    if let Some(reason) = one.unsupported.as_ref().or(other.unsupported.as_ref()) {
        return Some((format!("not known: {reason}"), None));
    }
    let fields = one.fields.iter().zip(&other.fields);
    // A field of another width is the cause; fields behind it only moved.
    let width = fields.clone().find(|(a, b)| a.width_bits != b.width_bits);
    let place = fields.clone().find(|(a, b)| a.offset_bits != b.offset_bits);
    if let Some((a, b)) = width {
        let name = name(a);
        let said = format!(
            "{name} is {} wide on {first} and {} on {second}",
            bits(a.width_bits),
            bits(b.width_bits)
        );
        return Some((said, Some(advice(a))));
    }
    if let Some((a, b)) = place {
        let said = format!(
            "{} begins at {} on {first} and at {} on {second}",
            name(a),
            at(a),
            at(b)
        );
        let advice =
            "put the fields of the largest alignment first, or write the padding out as fields".to_owned();
        return Some((said, Some(advice)));
    }
    if one.fields.len() != other.fields.len() {
        return Some(("the fields are not the same".to_owned(), None));
    }
    if one.size != other.size {
        let said = format!(
            "the size is {} bytes on {first} and {} on {second}",
            one.size, other.size
        );
        let advice = "write the padding at the end out as a field, or align the type".to_owned();
        return Some((said, Some(advice)));
    }
    // The same bytes in another interpretation: `long double` is x87 here and binary128 there.
    let kind = fields.clone().find(|(a, b)| a.kind != b.kind);
    kind.map(|(a, b)| {
        (
            format!("{} is {} on {first} and {} on {second}", name(a), a.kind, b.kind),
            Some(advice(a)),
        )
    })
}

fn name(field: &FieldPlace) -> String {
    match field.path.as_str() {
        "" => "the value".to_owned(),
        path => format!("`{path}`"),
    }
}

fn advice(field: &FieldPlace) -> String {
    let kind = &field.kind;
    if kind.contains("pointer") {
        "an address means nothing in the other memory: pass an offset or handle of fixed width, uint32_t or uint64_t".to_owned()
    } else if kind.contains("integer") {
        "use an integer of fixed width, int32_t or int64_t, in place of long, size_t or a type made of them"
            .to_owned()
    } else if kind.contains("float") {
        "use double, which is the same on both".to_owned()
    } else {
        "use types of fixed width".to_owned()
    }
}

fn bits(bits: u64) -> String {
    match bits % 8 {
        0 => format!("{} bytes", bits / 8),
        _ => format!("{bits} bits"),
    }
}

fn at(field: &FieldPlace) -> String {
    match field.offset_bits % 8 {
        0 => format!("byte {}", field.offset_bits / 8),
        rest => format!("bit {rest} of byte {}", field.offset_bits / 8),
    }
}

#[cfg(test)]
mod tests;
