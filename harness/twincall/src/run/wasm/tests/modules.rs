//! Modules for the tests of the wasm runner: from C, and by hand where no linker would write them.

use std::fs;
use std::path::Path;
use std::process::Command;

/// What each unit of C below can use.
const PRELUDE: &str = "
typedef unsigned char u8; typedef unsigned u32; typedef unsigned long long u64;
#define ARG(type, i) (*(type const *)args[i])
#define DRIVER(name) void name(const void *const *args, void *ret)
";

/// Links units of C to a module that exports all they define.
pub(super) fn from_c(units: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let module = folder.path().join("module.wasm");
    let mut link = Command::new("wasm-ld-22");
    link.args(["--no-entry", "--export-all", "-o"]).arg(&module);
    for (index, unit) in units.iter().enumerate() {
        let source = folder.path().join(format!("{index}.c"));
        fs::write(&source, format!("{PRELUDE}{unit}")).unwrap();
        let object = source.with_extension("o");
        run(Command::new("clang-22")
            .args(["--target=wasm32-unknown-unknown", "-O1", "-w", "-c", "-o"])
            .args([&object, &source]));
        link.arg(object);
    }
    run(&mut link);
    read(&module)
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap()
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A module with one memory and an exported `driver: func (i32, i32) -> ()` that does nothing.
pub(super) struct ByHand {
    pub(super) memory_name: &'static str,
    pub(super) memory_pages: u8,
    pub(super) memory_max: Option<u8>,
    /// Exported constants of type `i32`.
    pub(super) globals: Vec<(&'static str, i32)>,
    /// Instructions of the start function.
    pub(super) start: Vec<u8>,
    /// Instructions of the driver.
    pub(super) driver: Vec<u8>,
}

impl Default for ByHand {
    fn default() -> Self {
        ByHand {
            memory_name: "memory",
            memory_pages: 1,
            memory_max: None,
            globals: Vec::new(),
            start: Vec::new(),
            driver: Vec::new(),
        }
    }
}

impl ByHand {
    pub(super) fn encode(&self) -> Vec<u8> {
        let memory = match self.memory_max {
            None => vec![0x00, self.memory_pages],
            Some(max) => vec![0x01, self.memory_pages, max],
        };
        let mut exports = vec![
            [&name("driver")[..], &[0x00, 0]].concat(),         // function 0
            [&name(self.memory_name)[..], &[0x02, 0]].concat(), // memory 0
        ];
        let mut globals = Vec::new();
        for (index, (symbol, value)) in self.globals.iter().enumerate() {
            globals.push([&[0x7f, 0x00, 0x41][..], &signed(*value), &[0x0b]].concat()); // i32, const, i32.const, end
            exports.push([&name(symbol)[..], &[0x03, index as u8]].concat());
        }
        let body = |code: &[u8]| {
            let code = [&[0][..], code, &[0x0b]].concat(); // no locals, end
            [&[code.len() as u8][..], &code].concat()
        };
        let types = vec![vec![0x60, 2, 0x7f, 0x7f, 0], vec![0x60, 0, 0]];
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, &types),
            section(3, &[vec![0], vec![1]]),
            section(5, &[memory]),
            section(6, &globals),
            section(7, &exports),
            vec![8, 1, 1], // start: function 1
            section(10, &[body(&self.driver), body(&self.start)]),
        ]
        .concat()
    }
}

fn name(name: &str) -> Vec<u8> {
    [&[name.len() as u8][..], name.as_bytes()].concat()
}

fn section(id: u8, items: &[Vec<u8>]) -> Vec<u8> {
    let content = items.concat();
    [&[id, content.len() as u8 + 1, items.len() as u8][..], &content].concat()
}

/// The value as signed LEB128.
fn signed(mut value: i32) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = value as u8 & 0x7f;
        value >>= 7;
        if value == -i32::from(byte >> 6) {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}
