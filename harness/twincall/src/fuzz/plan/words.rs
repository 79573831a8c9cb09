//! Names as people give them, from which those of a pair are drawn.

pub(super) const RECORDS: [&str; 24] = [
    "account", "packet", "point", "range", "buffer", "event", "config", "node", "session", "header", "entry",
    "sample", "frame", "request", "reply", "vertex", "record", "cursor", "state", "stat", "option", "color",
    "slot", "token",
];

pub(super) const ENUMS: [&str; 8] = [
    "mode",
    "level",
    "status",
    "kind",
    "phase",
    "direction",
    "flavor",
    "error",
];

pub(super) const VARIANTS: [&str; 8] = [
    "None", "Open", "Busy", "Ready", "Closed", "Failed", "Retry", "Last",
];

pub(super) const OPAQUES: [&str; 5] = ["handle", "context", "parser", "stream", "device"];

pub(super) const FUNCTIONS: [&str; 20] = [
    "open", "close", "send", "receive", "init", "update", "find", "create", "read", "write", "register",
    "parse", "apply", "resize", "measure", "visit", "reset", "query", "encode", "submit",
];

pub(super) const GLOBALS: [&str; 8] = [
    "counter", "limits", "version", "table", "current", "hook", "defaults", "verbose",
];

/// A field's name and what else one may call it.
pub(super) const FIELDS: [(&str, &str); 30] = [
    ("id", "ident"),
    ("kind", "ty"),
    ("count", "n"),
    ("len", "length"),
    ("data", "ptr"),
    ("flags", "bits"),
    ("x", "left"),
    ("y", "top"),
    ("z", "depth"),
    ("name", "label"),
    ("value", "val"),
    ("next", "link"),
    ("size", "bytes"),
    ("offset", "start"),
    ("width", "w"),
    ("height", "h"),
    ("time", "when"),
    ("code", "number"),
    ("text", "message"),
    ("user", "opaque"),
    ("scale", "factor"),
    ("index", "position"),
    ("weight", "mass"),
    ("type", "class"),
    ("ref", "origin"),
    ("head", "first"),
    ("mask", "filter"),
    ("port", "channel"),
    ("owner", "parent"),
    ("rate", "speed"),
];

/// Names of members within members, which C reaches as if they were the outer type's.
pub(super) const INNER: [&str; 8] = [
    "as_int",
    "as_float",
    "low",
    "high",
    "raw",
    "view",
    "left_half",
    "right_half",
];

/// Fields whose names Rust keeps for itself.
pub(super) fn is_keyword(name: &str) -> bool {
    matches!(name, "type" | "ref")
}

/// `Account` from `account`.
pub(super) fn camel(name: &str) -> String {
    let mut upper = true;
    name.chars().fold(String::new(), |mut text, letter| {
        if letter == '_' {
            upper = true;
        } else if upper {
            text.extend(letter.to_uppercase());
            upper = false;
        } else {
            text.push(letter);
        }
        text
    })
}
