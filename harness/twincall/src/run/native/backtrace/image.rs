//! One library as a file: which addresses are code, how to unwind them, and what they are called.

use std::borrow::Cow;
use std::path::Path;

use addr2line::Context;
use gimli::{
    BaseAddresses, Dwarf, EhFrame, EhFrameHdr, EndianSlice, EvaluationResult, LittleEndian, ParsedEhFrameHdr,
    Register, UnwindContext, UnwindExpression, UnwindSection, UnwindTableRow, Value,
};
use object::{Object, ObjectSection, ObjectSegment, ObjectSymbol, SymbolKind};

use super::DebugFile;

type Slice<'f> = EndianSlice<'f, LittleEndian>;
pub(super) type Expression = UnwindExpression<usize>;

/// The content of a library, and of the file with its debug information.
pub(super) struct Bytes {
    library: Vec<u8>,
    debug: Option<Vec<u8>>,
}

impl Bytes {
    pub(super) fn read(path: &Path, debug_file: &DebugFile<'_>) -> Option<Bytes> {
        // The path is the word of a process that runs a fixture, and another file may block whoever reads it.
        if !std::fs::metadata(path).ok()?.is_file() {
            return None;
        }
        let library = std::fs::read(path).ok()?;
        let debug = debug_file(path).and_then(|path| std::fs::read(path).ok());
        Some(Bytes {
            // Lines of other code would be worse than none.
            debug: debug.filter(|debug| same_code(&library, debug)),
            library,
        })
    }
}

/// Whether two libraries differ in nothing that is loaded for execution.
fn same_code(one: &[u8], other: &[u8]) -> bool {
    let code = |bytes| {
        let file = object::File::parse(bytes).ok()?;
        let text = file.section_by_name(".text")?;
        Some((text.address(), text.data().ok()?))
    };
    code(one).is_some_and(|text| Some(text) == code(other))
}

/// A function that covers an address.
pub(super) struct Found {
    pub(super) name: Option<String>,
    pub(super) file: Option<String>,
    pub(super) line: Option<u32>,
}

struct Symbol<'f> {
    address: u64,
    size: u64,
    name: &'f str,
}

pub(super) struct Image<'f> {
    /// Addresses of code, first and behind the last.
    code: Vec<(u64, u64)>,
    symbols: Vec<Symbol<'f>>,
    eh_frame: EhFrame<Slice<'f>>,
    index: Option<ParsedEhFrameHdr<Slice<'f>>>,
    bases: BaseAddresses,
    debug: Option<Context<Slice<'f>>>,
}

impl<'f> Image<'f> {
    pub(super) fn parse(bytes: &'f Bytes) -> Result<Image<'f>, object::Error> {
        let file = object::File::parse(bytes.library.as_slice())?;
        let mut code = Vec::new();
        for segment in file.segments() {
            let object::SegmentFlags::Elf { p_flags } = segment.flags() else {
                continue;
            };
            if p_flags & object::elf::PF_X != 0 {
                code.push((
                    segment.address(),
                    segment.address().saturating_add(segment.size()),
                ));
            }
        }
        let data = |name: &str| file.section_by_name(name).and_then(|section| section.data().ok());
        let at = |name: &str| file.section_by_name(name).map_or(0, |section| section.address());
        let bases = BaseAddresses::default()
            .set_eh_frame_hdr(at(".eh_frame_hdr"))
            .set_eh_frame(at(".eh_frame"))
            .set_text(at(".text"));
        let index =
            data(".eh_frame_hdr").and_then(|data| EhFrameHdr::new(data, LittleEndian).parse(&bases, 8).ok());
        let mut symbols: Vec<Symbol<'f>> = Vec::new();
        for symbol in file.symbols().chain(file.dynamic_symbols()) {
            if symbol.kind() == SymbolKind::Text
                && symbol.size() > 0
                && let Ok(name) = symbol.name()
            {
                symbols.push(Symbol {
                    address: symbol.address(),
                    size: symbol.size(),
                    name,
                });
            }
        }
        symbols.sort_by_key(|symbol| symbol.address);
        Ok(Image {
            code,
            symbols,
            eh_frame: EhFrame::new(data(".eh_frame").unwrap_or_default(), LittleEndian),
            index,
            bases,
            debug: debug_information(bytes.debug.as_deref().unwrap_or(&bytes.library)),
        })
    }

    pub(super) fn covers(&self, address: u64) -> bool {
        self.code
            .iter()
            .any(|(first, end)| (*first..*end).contains(&address))
    }

    /// The functions at an address: those inlined there, innermost first, and the one that holds them.
    pub(super) fn functions(&self, address: u64) -> Vec<Found> {
        let mut found = self.debug_functions(address).unwrap_or_default();
        let Some(outermost) = found.last_mut() else {
            return vec![Found {
                name: self.symbol(address),
                file: None,
                line: None,
            }];
        };
        if outermost.name.is_none() {
            outermost.name = self.symbol(address);
        }
        found
    }

    fn debug_functions(&self, address: u64) -> Option<Vec<Found>> {
        let mut frames = self.debug.as_ref()?.find_frames(address).skip_all_loads().ok()?;
        let mut found = Vec::new();
        while let Ok(Some(frame)) = frames.next() {
            let name = frame.function.as_ref().and_then(|name| name.demangle().ok());
            let location = frame.location;
            found.push(Found {
                name: name.map(without_hash),
                file: location
                    .as_ref()
                    .and_then(|location| location.file)
                    .map(str::to_owned),
                // Line 0 is the compiler's word for code that belongs to no line.
                line: location
                    .and_then(|location| location.line)
                    .filter(|line| *line > 0),
            });
        }
        Some(found)
    }

    /// The symbol that covers an address.
    fn symbol(&self, address: u64) -> Option<String> {
        let end = self.symbols.partition_point(|symbol| symbol.address <= address);
        let covering = self.symbols[..end]
            .iter()
            .rev()
            .find(|symbol| address - symbol.address < symbol.size)?;
        Some(without_hash(addr2line::demangle_auto(
            Cow::Borrowed(covering.name),
            None,
        )))
    }

    /// How to find the caller's registers from those at this address.
    pub(super) fn unwind_row<'c>(
        &self,
        context: &'c mut UnwindContext<usize>,
        address: u64,
    ) -> Option<&'c UnwindTableRow<usize>> {
        let table = self.index.as_ref().and_then(ParsedEhFrameHdr::table);
        let get = EhFrame::cie_from_offset;
        match table {
            Some(table) => table.unwind_info_for_address(&self.eh_frame, &self.bases, context, address, get),
            None => self
                .eh_frame
                .unwind_info_for_address(&self.bases, context, address, get),
        }
        .ok()
    }

    /// The value of an expression over registers and stack.
    pub(super) fn evaluate(
        &self,
        expression: &Expression,
        initial: Option<u64>,
        register: &dyn Fn(Register) -> Option<u64>,
        word: &dyn Fn(u64) -> Option<u64>,
    ) -> Option<u64> {
        const ENCODING: gimli::Encoding = gimli::Encoding {
            address_size: 8,
            format: gimli::Format::Dwarf32,
            version: 4,
        };
        let mut evaluation = expression.get(&self.eh_frame).ok()?.evaluation(ENCODING);
        // A loop in a damaged table must end.
        evaluation.set_max_iterations(1000);
        if let Some(initial) = initial {
            evaluation.set_initial_value(initial);
        }
        let mut state = evaluation.evaluate().ok()?;
        loop {
            state = match state {
                EvaluationResult::Complete => break,
                EvaluationResult::RequiresRegister { register: wanted, .. } => evaluation
                    .resume_with_register(Value::Generic(register(wanted)?))
                    .ok()?,
                EvaluationResult::RequiresMemory { address, size: 8, .. } => evaluation
                    .resume_with_memory(Value::Generic(word(address)?))
                    .ok()?,
                _ => return None,
            };
        }
        evaluation.value_result()?.to_u64(u64::MAX).ok()
    }
}

/// The debug information of a file, if it has any that can be read.
fn debug_information(bytes: &[u8]) -> Option<Context<Slice<'_>>> {
    let file = object::File::parse(bytes).ok()?;
    file.section_by_name(".debug_info")?;
    let dwarf = Dwarf::load(|id| {
        let data = file
            .section_by_name(id.name())
            .and_then(|section| section.data().ok());
        Ok::<_, gimli::Error>(EndianSlice::new(data.unwrap_or_default(), LittleEndian))
    });
    Context::from_dwarf(dwarf.ok()?).ok()
}

/// A Rust name without the hash that changes with the compiler: `core::panicking::panic_fmt`.
fn without_hash(name: Cow<'_, str>) -> String {
    match name.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
            path.to_owned()
        }
        _ => name.into_owned(),
    }
}
