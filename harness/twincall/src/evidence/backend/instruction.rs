//! One line of a body: `%1:gr32, %2:gr64 = nsw OPCODE operands :: (store (s32) into ..)`.

/// An instruction, cut into parts that borrow from its line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instruction<'a> {
    /// What is left of the `=`, empty where there is none.
    defined: &'a str,
    pub(super) opcode: &'a str,
    operands: &'a str,
    /// What the instruction reads and writes in memory, in parentheses.
    pub(super) memory: &'a str,
}

/// A register operand without the words before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Operand<'a> {
    /// `%4`, with its class where it is defined (`%4:gr32`) and the part that is used (`%4.sub_8bit`).
    Virtual {
        number: u32,
        class: Option<&'a str>,
        part: Option<&'a str>,
    },
    /// `$rdi`, by its name without `$`.
    Physical(&'a str),
    Integer(i64),
    /// Symbols, registers masks, stack objects, everything else.
    Other(&'a str),
}

/// The words that may stand before a register.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Flags {
    pub(super) implicit: bool,
    pub(super) defines: bool,
}

/// The instruction of a line; `None` for headers of blocks, lists of live registers and comments.
pub(super) fn parse(line: &str) -> Option<Instruction<'_>> {
    let line = line.trim();
    let mut defined = "";
    let mut rest = line;
    // Only an instruction that defines something begins with a register or a word about one.
    let defines = ["%", "$", "dead ", "early-clobber ", "undef ", "renamable "];
    if defines.iter().any(|start| line.starts_with(start)) {
        (defined, rest) = line.split_once(" = ")?;
    }
    // Words before the opcode are in lower case (`nsw`, `frame-setup`), opcodes in upper case.
    loop {
        let word_end = rest.find(' ').unwrap_or(rest.len());
        let (word, after) = rest.split_at(word_end);
        if word.starts_with(|c: char| c.is_ascii_uppercase()) {
            let after = after.trim_start();
            let (operands, memory) = split_memory(after);
            return Some(Instruction {
                defined,
                opcode: word,
                operands,
                memory,
            });
        }
        let flag = word.starts_with(|c: char| c.is_ascii_lowercase()) && !word.contains(['.', ':']);
        if !flag || after.is_empty() {
            return None;
        }
        rest = after.trim_start();
    }
}

/// Cuts off ` :: (..)`, which is not part of a quoted symbol.
fn split_memory(text: &str) -> (&str, &str) {
    let mut quoted = false;
    for (index, c) in text.char_indices() {
        quoted ^= c == '"';
        if !quoted && c == ':' && text[index..].starts_with(":: (") {
            return (text[..index].trim_end(), text[index + 2..].trim());
        }
    }
    (text, "")
}

impl<'a> Instruction<'a> {
    /// What the instruction defines explicitly.
    pub(super) fn definitions(&self) -> impl Iterator<Item = Operand<'a>> + use<'a> {
        split(self.defined).map(|text| operand(text).1)
    }

    /// Operands in order, implicit ones included.
    pub(super) fn operands(&self) -> impl Iterator<Item = (Flags, Operand<'a>)> + use<'a> {
        split(self.operands).map(operand)
    }

    pub(super) fn operand(&self, index: usize) -> Option<Operand<'a>> {
        self.operands().nth(index).map(|(_, operand)| operand)
    }
}

/// Operands between commas that are in no quotes, parentheses or angle brackets.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut depth) = (false, 0_u32);
    let parts = text.split(move |c| {
        match c {
            '"' => quoted = !quoted,
            '(' | '<' if !quoted => depth += 1,
            ')' | '>' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && !quoted && depth == 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

fn operand(text: &str) -> (Flags, Operand<'_>) {
    let mut flags = Flags::default();
    let mut rest = text;
    while let Some((word, after)) = rest.split_once(' ') {
        match word {
            "implicit" => flags.implicit = true,
            "implicit-def" => flags.defines = true,
            "dead" | "killed" | "undef" | "renamable" | "early-clobber" | "internal" | "debug-use" => {}
            // `debug-location !12` and the like follow the operands without a comma.
            _ if word.starts_with(['%', '$']) => {
                rest = word;
                break;
            }
            _ => return (flags, Operand::Other(rest)),
        }
        rest = after.trim_start();
    }
    (flags, register_or_other(rest))
}

fn register_or_other(text: &str) -> Operand<'_> {
    if let Some(name) = text.strip_prefix('$') {
        return Operand::Physical(name);
    }
    if let Some(name) = text.strip_prefix('%') {
        let (name, class) = match name.split_once(':') {
            Some((name, class)) => (name, Some(class)),
            None => (name, None),
        };
        let (number, part) = match name.split_once('.') {
            Some((number, part)) => (number, Some(part)),
            None => (name, None),
        };
        // `%stack.0`, `%bb.1` and `%const.0` are no registers.
        return match number.parse() {
            Ok(number) => Operand::Virtual { number, class, part },
            Err(_) => Operand::Other(text),
        };
    }
    match text.parse() {
        Ok(integer) => Operand::Integer(integer),
        Err(_) => Operand::Other(text),
    }
}

/// The symbol in an operand, without quotes: `target-flags(x86-plt) @f`, `&memcpy`, `<mcsymbol memcpy>`.
pub(super) fn symbol(text: &str) -> Option<String> {
    let text = match text.strip_prefix("target-flags(") {
        Some(rest) => rest.split_once(") ")?.1,
        None => text,
    };
    if let Some(name) = text.strip_prefix("<mcsymbol ") {
        return name.split('>').next().map(str::to_owned);
    }
    let name = text.strip_prefix(['@', '&'])?;
    let name = match name.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        // An offset (`@table + 8`) or words about the debugger may follow.
        None => name.split(' ').next()?,
    };
    // `\01` tells LLVM to leave the name as it is.
    let name = name.strip_prefix("\\01").unwrap_or(name);
    (!name.is_empty()).then(|| name.to_owned())
}
