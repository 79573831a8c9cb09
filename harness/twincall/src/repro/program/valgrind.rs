//! What valgrind's XML says (protocol 4, `docs/internals/xml-output-protocol4.txt` of its sources).

use roxmltree::{Document, Node, ParsingOptions};

/// What an invalid access comes down to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Memory that was given back before.
    Dangling,
    /// An address close to null.
    Null,
    /// Beyond the end of a block, or before its start.
    Overflow,
    /// A decision that rests on bytes that nobody wrote.
    Uninitialised,
    /// Bytes that nobody wrote, or memory that is not there, given to the system.
    Handed,
    /// Memory given back twice, or to another allocator than it came from.
    Release,
    /// An address of nothing.
    Wild,
    /// A division by zero, or one whose result does not fit.
    Arithmetic,
    Other,
}

impl Kind {
    /// What the program does, after `the program`.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Dangling => "uses memory that was freed",
            Kind::Null => "follows a null pointer",
            Kind::Overflow => "goes past the end of a block of memory",
            Kind::Uninitialised => "decides by bytes that nobody wrote",
            Kind::Handed => "gives the system bytes that nobody wrote, or memory that is not there",
            Kind::Release => "frees what it must not free",
            Kind::Wild => "follows a pointer to nothing",
            Kind::Arithmetic => "divides by zero, or what has no result",
            Kind::Other => "does what valgrind objects to",
        }
    }
}

/// One invalid access.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    pub kind: Kind,
    /// `Invalid write of size 1`.
    pub what: String,
    /// `Address 0x4a5fce8 is 0 bytes after a block of size 8 alloc'd`, without the address.
    pub detail: Option<String>,
    /// Innermost first; libraries' own frames are left out at the outer end.
    pub frames: Vec<Frame>,
    /// Where the memory was freed or allocated, if valgrind knows.
    pub origin: Vec<Frame>,
}

/// One function on the stack.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frame {
    pub function: String,
    pub file: Option<String>,
    pub line: Option<u32>,
    /// The line of the report.
    pub place: Option<String>,
}

/// At most so many faults are kept: what follows the first is often its consequence.
const MOST: usize = 5;
pub(super) const MOST_BYTES: usize = 16 << 20;

/// What valgrind saw.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Seen {
    /// In their order.
    pub(super) faults: Vec<Fault>,
    /// The signal that ended the program.
    pub(super) signal: Option<String>,
    /// Whether valgrind saw the end of the program, rather than being ended itself.
    pub(super) finished: bool,
}

/// Reads it.
///
/// # Errors
/// Text that is no such XML.
pub(super) fn read(text: &str) -> Result<Seen, String> {
    if text.len() > MOST_BYTES {
        return Err("valgrind wrote too much".to_owned());
    }
    // A program that is killed leaves the outermost element open.
    let closed = match text.trim_end().ends_with("</valgrindoutput>") {
        true => text.to_owned(),
        false => format!("{text}</valgrindoutput>"),
    };
    let options = ParsingOptions {
        allow_dtd: false,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(&closed, options)
        .map_err(|error| format!("read what valgrind wrote: {error}"))?;
    let root = document.root_element();
    let mut faults = Vec::new();
    let mut signal = None;
    let mut finished = false;
    for node in root.children() {
        match node.tag_name().name() {
            "error" if faults.len() < MOST => {
                let kind = child(node, "kind").unwrap_or_default();
                // Memory that is never given back harms nobody.
                if kind.starts_with("Leak_") {
                    continue;
                }
                let fault = fault(node);
                // `syscall` hands on six registers, of which a call uses those that it has.
                let registers = fault
                    .frames
                    .first()
                    .is_some_and(|frame| frame.function == "syscall")
                    && fault.what.contains("contains uninitialised");
                if !registers {
                    faults.push(fault);
                }
            }
            "status" => finished |= child(node, "state") == Some("FINISHED"),
            "fatal_signal" => {
                finished = true;
                signal = child(node, "signame").map(str::to_owned);
                // Only what the processor refused is a fault; the others a program has from itself or from our limits.
                let kind = match signal.as_deref() {
                    Some("SIGSEGV" | "SIGBUS") => Kind::Wild,
                    Some("SIGFPE") => Kind::Arithmetic,
                    _ => continue,
                };
                if faults.is_empty() {
                    faults.push(Fault {
                        kind,
                        what: child(node, "event").unwrap_or("a signal").to_owned(),
                        detail: None,
                        frames: stacks(node).next().unwrap_or_default(),
                        origin: Vec::new(),
                    });
                }
            }
            _ => {}
        }
    }
    Ok(Seen {
        faults,
        signal,
        finished,
    })
}

fn fault(node: Node<'_, '_>) -> Fault {
    let what = child(node, "what").or_else(|| {
        let extended = node.children().find(|node| node.has_tag_name("xwhat"))?;
        child(extended, "text")
    });
    let told = child(node, "auxwhat");
    let address = told.and_then(|told| told.strip_prefix("Address 0x"));
    let detail = match address.and_then(|address| address.split_once(' ')) {
        Some((_, rest)) => Some(rest.to_owned()),
        None => told.map(str::to_owned),
    };
    let mut stacks = stacks(node);
    Fault {
        kind: kind(child(node, "kind").unwrap_or_default(), told.unwrap_or_default()),
        what: what.unwrap_or("an error").to_owned(),
        detail,
        frames: stacks.next().unwrap_or_default(),
        origin: stacks.next().unwrap_or_default(),
    }
}

/// valgrind's own kinds name the access; what the address is stands in the text beside it.
fn kind(name: &str, told: &str) -> Kind {
    const NULL_PAGE: u64 = 4096;
    let address = told
        .strip_prefix("Address 0x")
        .and_then(|rest| u64::from_str_radix(rest.split(' ').next()?, 16).ok());
    match name {
        "InvalidFree" | "MismatchedFree" => Kind::Release,
        "UninitCondition" | "UninitValue" => Kind::Uninitialised,
        "SyscallParam" => Kind::Handed,
        "InvalidRead" | "InvalidWrite" | "InvalidJump" => match address {
            Some(address) if address < NULL_PAGE => Kind::Null,
            _ if told.contains("free'd") && !told.contains("recently") => Kind::Dangling,
            _ if told.contains(" after a block") || told.contains(" before a block") => Kind::Overflow,
            _ => Kind::Wild,
        },
        _ => Kind::Other,
    }
}

/// The stacks of an error: of the access first, then of what it is about.
fn stacks(node: Node<'_, '_>) -> impl Iterator<Item = Vec<Frame>> {
    let frame = |node: Node<'_, '_>| Frame {
        function: child(node, "fn")
            .unwrap_or("a function without a name")
            .to_owned(),
        file: child(node, "file").map(str::to_owned),
        line: child(node, "line").and_then(|line| line.parse().ok()),
        place: None,
    };
    let stacks: Vec<Vec<Frame>> = node
        .children()
        .filter(|node| node.has_tag_name("stack"))
        .map(|stack| {
            stack
                .children()
                .filter(|node| node.has_tag_name("frame"))
                .map(frame)
                .collect()
        })
        .collect();
    stacks.into_iter()
}

fn child<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.children().find(|node| node.has_tag_name(name))?.text()
}
