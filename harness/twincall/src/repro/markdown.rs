//! The answer as a text for an issue tracker, with commands that show it without this tool.

use std::fmt::Write as _;

use super::Reproduction;
use super::answer::{Answer, Certainty};
use super::pair::{EDITION, Entry, Sources, entry};
use crate::facts::{Finding, ToolchainReport};
use crate::report::markdown::escape;

/// Effects that are quoted.
const MOST_EFFECTS: usize = 6;

/// The whole text.
pub fn render(sources: &Sources, reproduction: &Reproduction) -> String {
    let Some(first) = reproduction.first() else {
        return "No target was tried.\n".to_owned();
    };
    let mut text = format!("## {}\n", escape(&super::human::headline(reproduction, first)));
    for shown in &first.declarations {
        let language = shown.side.tag();
        let verb = if shown.defined { "defines" } else { "declares" };
        let _ = writeln!(
            text,
            "\n{} {verb} it like this ({}):\n",
            shown.side,
            escape(&shown.place)
        );
        fenced(&mut text, language, &shown.text);
    }
    for answer in &reproduction.answers {
        target(&mut text, answer);
    }
    mend(&mut text, reproduction, first);
    if let Some(matrix) = &reproduction.matrix {
        text.push_str("\n### Which compilers\n\n");
        fenced(&mut text, "text", matrix.render().trim_end());
    }
    // A reader is to compile what was compared.
    let sources = match reproduction.sources.omitted.is_empty() {
        true => sources,
        false => &reproduction.sources,
    };
    commands(&mut text, sources, reproduction, first);
    versions(&mut text, &reproduction.report.toolchains);
    if let Some(confinement) = &reproduction.report.confinement {
        let lines = confinement.render();
        let mut lines = lines.lines();
        let _ = writeln!(text, "\nThe run was {}.", lines.next().unwrap_or_default());
        let rest: Vec<&str> = lines.map(str::trim).collect();
        if !rest.is_empty() {
            let _ = writeln!(text, "\n- {}", rest.join("\n- "));
        }
    }
    text
}

/// What mends it; nothing where nothing that was tried does.
fn mend(text: &mut String, reproduction: &Reproduction, first: &Answer) {
    let advice = first.mend.as_ref().or(reproduction.regenerate.as_ref());
    if advice.is_none() && reproduction.mended.is_none() {
        return;
    }
    text.push_str("\n### What mends it\n");
    if let Some(advice) = advice {
        let _ = writeln!(text, "\nTo mend it, {}.", escape(advice));
    }
    let Some(mended) = &reproduction.mended else {
        return;
    };
    let _ = writeln!(text, "\nA {}:", mended.words());
    for changed in &mended.changes {
        match &changed.place {
            Some(place) => {
                let _ = writeln!(text, "\n{}\n", escape(place));
            }
            None => text.push_str("\nand added\n\n"),
        }
        fenced(text, mended.side.tag(), &changed.after);
    }
    if !mended.breaks.is_empty() {
        text.push_str("\nIt breaks elsewhere:\n\n");
        fenced(text, "text", &mended.breaks.join("\n"));
    }
}

fn target(text: &mut String, answer: &Answer) {
    let _ = writeln!(
        text,
        "\n### On {}: {}\n",
        answer.target.triple(),
        answer.verdict.name()
    );
    if let Some(reason) = &answer.reason {
        fenced(text, "text", reason);
    }
    let findings: Vec<&Finding> = answer.primary.iter().chain(&answer.others).collect();
    if findings.is_empty() {
        for one in &answer.checked {
            let _ = writeln!(text, "- checked: {}", escape(one));
        }
        for one in &answer.unchecked {
            let _ = writeln!(text, "- not checked: {}", escape(one));
        }
        return;
    }
    text.push_str("| what | where | C | Rust | source |\n|---|---|---|---|---|\n");
    for finding in findings {
        let place = finding.whereabouts();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            finding.rule.id(),
            cell(&place),
            cell(&finding.c()),
            cell(&finding.rust()),
            cell(finding.rule.reference())
        );
    }
    let effects: Vec<&str> = answer
        .primary
        .iter()
        .flat_map(|finding| finding.effect.iter().map(|effect| effect.text.as_str()))
        .take(MOST_EFFECTS)
        .collect();
    if answer.certainty == Certainty::Seen && !effects.is_empty() {
        text.push_str("\nCalls across the boundary showed it:\n\n");
        fenced(text, "text", &effects.join("\n"));
    }
    if !answer.witnesses.is_empty() {
        text.push_str("\nWhat crossed in the program:\n\n");
        fenced(text, "text", &answer.witnesses.join("\n"));
    }
    for ended in &answer.program {
        let _ = writeln!(
            text,
            "\nThe program at -O{} {}.",
            ended.opt,
            escape(&ended.to_string())
        );
    }
    if let Some(crash) = &answer.crash {
        let _ = writeln!(text, "\n{}:\n", escape(&crash.what));
        let lines: Vec<&str> = crash
            .registers
            .iter()
            .chain(&crash.frames)
            .map(String::as_str)
            .collect();
        fenced(text, "text", &lines.join("\n"));
    }
}

/// Both sources, and how plain compilers make a program of them, or show where the values go.
fn commands(text: &mut String, sources: &Sources, reproduction: &Reproduction, first: &Answer) {
    let (c_name, compiler, library) = match sources.cpp {
        true => ("report.cpp", "clang++", " -C link-arg=-lstdc++"),
        false => ("report.c", "clang", ""),
    };
    let version = |language: &str| {
        let toolchain = reproduction
            .report
            .toolchains
            .iter()
            .find(|one| one.language == language);
        toolchain.map_or("", |toolchain| toolchain.name.as_str())
    };
    let clang = match version("c").strip_prefix("clang") {
        Some(number) => format!("{compiler}{number}"),
        None => compiler.to_owned(),
    };
    text.push_str("\n### To see it without Twincall\n");
    let _ = writeln!(text, "\n`{c_name}`:\n");
    fenced(text, if sources.cpp { "cpp" } else { "c" }, &sources.c.text);
    for (name, header) in &sources.headers {
        let _ = writeln!(text, "\n`{name}`:\n");
        fenced(text, "c", header);
    }
    text.push_str("\n`report.rs`:\n\n");
    fenced(text, "rust", &sources.rust.text);
    let edition = sources.edition.unwrap_or(EDITION);
    let c_flags: String = sources.c_flags.iter().map(|flag| format!(" {flag}")).collect();
    let rust_flags: String = sources.rust_flags.iter().map(|flag| format!(" {flag}")).collect();
    let rustc = format!("rustc --edition {}{rust_flags}", edition.name());
    let symbol = first
        .primary
        .as_ref()
        .map_or("", |finding| finding.symbol.as_str());
    let lines = match entry(sources) {
        Entry::RustMain | Entry::RustTests => {
            let test = if entry(sources) == Entry::RustTests {
                " --test"
            } else {
                ""
            };
            format!(
                "{clang} -g -O0{c_flags} -c {c_name} -o c.o\n\
                 {rustc}{test} -g -C link-arg=c.o{library} report.rs -o report\n\
                 ./report"
            )
        }
        Entry::CMain => format!(
            "{rustc} -g --crate-type staticlib report.rs -o librust.a\n\
             {clang} -g -O0{c_flags} {c_name} librust.a -lpthread -ldl -lm -o report\n\
             ./report"
        ),
        // There is nothing to start; what each compiler made of the boundary can be read all the same.
        Entry::None => format!(
            "{clang} -O1{c_flags} -S -emit-llvm -o - {c_name} | grep '@{symbol}('\n\
             {rustc} -O --crate-type staticlib --emit llvm-ir report.rs -o - | grep '@{symbol}('"
        ),
    };
    text.push('\n');
    fenced(text, "sh", &lines);
}

fn versions(text: &mut String, toolchains: &[ToolchainReport]) {
    text.push_str("\nVersions: ");
    let all: Vec<String> = toolchains
        .iter()
        .map(|toolchain| format!("{} ({})", toolchain.name, toolchain.version))
        .collect();
    let _ = writeln!(text, "{}.", all.join(", "));
}

/// A block whose fence is longer than any in it.
fn fenced(text: &mut String, language: &str, content: &str) {
    let longest = content.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = writeln!(text, "{fence}{language}\n{}\n{fence}", content.trim_end());
}

/// A cell of a table.
fn cell(content: &str) -> String {
    escape(content)
}
