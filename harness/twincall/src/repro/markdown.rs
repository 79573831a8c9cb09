//! The answer as a text for an issue tracker, with commands that show it without this tool.

use super::Reproduction;
use super::answer::{Answer, Certainty};
use super::pair::{EDITION, Entry, Sources, entry};
use crate::facts::{Finding, ToolchainReport};
use crate::text::markdown::Markdown;
use crate::text::quote;

/// Effects that are quoted.
const MOST_EFFECTS: usize = 6;

/// The whole text.
pub fn render(sources: &Sources, reproduction: &Reproduction) -> String {
    let Some(first) = reproduction.first() else {
        return "No target was tried.\n".to_owned();
    };
    let mut page = Markdown::default();
    page.own("## ")
        .text(&super::human::headline(reproduction, first))
        .own("\n");
    for shown in &first.declarations {
        page.own("\n").text(&shown.side.to_string());
        page.own(if shown.defined { " defines" } else { " declares" });
        page.own(" it like this (").text(&shown.place).own("):\n\n");
        page.fenced(shown.side.tag(), &shown.text);
    }
    for answer in &reproduction.answers {
        target(&mut page, answer);
    }
    mend(&mut page, reproduction, first);
    if let Some(matrix) = &reproduction.matrix {
        page.own("\n### Which compilers\n\n")
            .fenced("text", &matrix.render());
    }
    // A reader is to compile what was compared.
    let sources = match reproduction.sources.omitted.is_empty() {
        true => sources,
        false => &reproduction.sources,
    };
    commands(&mut page, sources, reproduction, first);
    versions(&mut page, &reproduction.report.toolchains);
    if let Some(confinement) = &reproduction.report.confinement {
        confined(&mut page, &confinement.render());
    }
    page.finish()
}

/// How the code was confined, and what is missing in it.
fn confined(page: &mut Markdown, told: &str) {
    let mut lines = told.lines().map(str::trim);
    page.own("\nThe run was ").text(lines.next().unwrap_or_default());
    page.own(".\n");
    for (index, line) in lines.enumerate() {
        page.own(if index == 0 { "\n- " } else { "- " })
            .text(line)
            .own("\n");
    }
}

/// What mends it; nothing where nothing that was tried does.
fn mend(page: &mut Markdown, reproduction: &Reproduction, first: &Answer) {
    let advice = first.mend.as_ref().or(reproduction.regenerate.as_ref());
    if advice.is_none() && reproduction.mended.is_none() {
        return;
    }
    page.own("\n### What mends it\n");
    if let Some(advice) = advice {
        page.own("\nTo mend it, ").text(advice).own(".\n");
    }
    let Some(mended) = reproduction.mended.as_ref().map(|mended| &mended.report) else {
        return;
    };
    page.own("\nA ").text(&mended.words("report")).own(":\n");
    for changed in &mended.changes {
        match &changed.place {
            Some(place) => page.own("\n").text(place).own("\n\n"),
            None => page.own("\nand added\n\n"),
        };
        page.fenced(mended.side.tag(), &changed.after);
    }
    if !mended.breaks.is_empty() {
        page.own("\nIt breaks elsewhere:\n\n");
        page.fenced("text", &mended.breaks.join("\n"));
    }
}

fn target(page: &mut Markdown, answer: &Answer) {
    page.own("\n### On ").own(answer.target.triple());
    page.own(": ").own(answer.verdict.name()).own("\n\n");
    if let Some(reason) = &answer.reason {
        page.fenced("text", reason);
    }
    let findings: Vec<&Finding> = answer.primary.iter().chain(&answer.others).collect();
    if findings.is_empty() {
        for one in &answer.checked {
            page.own("- checked: ").text(one).own("\n");
        }
        for one in &answer.unchecked {
            page.own("- not checked: ").text(one).own("\n");
        }
        return;
    }
    page.own("| what | where | C | Rust | source |\n|---|---|---|---|---|\n");
    for finding in findings {
        page.own("| ").own(finding.rule.id());
        page.own(" | ").text(&finding.whereabouts());
        page.own(" | ").text(&finding.c());
        page.own(" | ").text(&finding.rust());
        page.own(" | ").text(finding.rule.reference()).own(" |\n");
    }
    let effects: Vec<&str> = answer
        .primary
        .iter()
        .flat_map(|finding| finding.effect.iter().map(|effect| effect.text.as_str()))
        .take(MOST_EFFECTS)
        .collect();
    if answer.certainty == Certainty::Seen && !effects.is_empty() {
        page.own("\nCalls across the boundary showed it:\n\n");
        page.fenced("text", &effects.join("\n"));
    }
    if !answer.witnesses.is_empty() {
        page.own("\nWhat crossed in the program:\n\n");
        page.fenced("text", &answer.witnesses.join("\n"));
    }
    for ended in &answer.program {
        page.own("\nThe program at -O").text(&ended.opt.to_string());
        page.own(" ").text(&ended.to_string()).own(".\n");
    }
    if let Some(crash) = &answer.crash {
        page.own("\n").text(&crash.what).own(":\n\n");
        let lines: Vec<&str> = crash
            .registers
            .iter()
            .chain(&crash.frames)
            .map(String::as_str)
            .collect();
        page.fenced("text", &lines.join("\n"));
    }
}

/// Both sources, and how plain compilers make a program of them, or show where the values go.
fn commands(page: &mut Markdown, sources: &Sources, reproduction: &Reproduction, first: &Answer) {
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
    page.own("\n### To see it without Twincall\n\n")
        .code(c_name)
        .own(":\n\n");
    page.fenced(if sources.cpp { "cpp" } else { "c" }, &sources.c.text);
    for (name, header) in &sources.headers {
        page.own("\n").code(name).own(":\n\n").fenced("c", header);
    }
    page.own("\n`report.rs`:\n\n").fenced("rust", &sources.rust.text);
    let edition = sources.edition.unwrap_or(EDITION);
    let words =
        |flags: &[String]| -> String { flags.iter().map(|flag| format!(" {}", quote(flag))).collect() };
    let (c_flags, rust_flags) = (words(&sources.c_flags), words(&sources.rust_flags));
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
        Entry::None => {
            let called = quote(&format!("@{symbol}("));
            format!(
                "{clang} -O1{c_flags} -S -emit-llvm -o - {c_name} | grep {called}\n\
                 {rustc} -O --crate-type staticlib --emit llvm-ir report.rs -o - | grep {called}"
            )
        }
    };
    page.own("\n").fenced("sh", &lines);
}

fn versions(page: &mut Markdown, toolchains: &[ToolchainReport]) {
    let all: Vec<String> = toolchains
        .iter()
        .map(|toolchain| format!("{} ({})", toolchain.name, toolchain.version))
        .collect();
    page.own("\nVersions: ").text(&all.join(", ")).own(".\n");
}
