//! Asks the target's C compiler which mutants make no difference, apart from the code under test.

use std::path::Path;

use thiserror::Error;
use twincall_abi::target::Target;

use super::plan::{self, Oracle};
use crate::command::{CCall, CCompiler, CProduct, CallError};
use crate::toolchain::CToolchain;

/// What stands before the answers in the object, so that no object format has to be read.
const MARKER: &[u8; 16] = b"twincall-oracle\x01";

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum OracleError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("write what the C compiler is asked: {0}")]
    Write(#[from] std::io::Error),
    #[error("the C compiler does not compile the questions:\n{0}")]
    Compile(String),
    #[error("read the C compiler's answers: they are not in the object")]
    Read,
}

/// For each of these oracles whether all that it asks about is equal on the target, by one call of the compiler. Values are held
/// against each other as 64-bit numbers.
///
/// # Errors
/// What keeps the compiler from answering. One oracle that does not compile spoils the answer of all.
pub(super) fn ask(
    c: &CToolchain,
    target: Target,
    oracles: &[&Oracle],
    folder: &Path,
) -> Result<Vec<bool>, OracleError> {
    if oracles.is_empty() {
        return Ok(Vec::new());
    }
    let mut text = plan::C_HEAD.to_owned();
    let mut values = Vec::new();
    for oracle in oracles {
        text.push_str(&oracle.c);
        text.push('\n');
        let questions = oracle.questions.iter().flatten();
        values.extend(questions.map(|question| format!("(unsigned long long)({question})")));
    }
    let marker: Vec<String> = MARKER.iter().map(u8::to_string).collect();
    // An array of nothing is no C.
    values.push("0".to_owned());
    text.push_str(&format!(
        "const struct {{ unsigned char marker[16]; unsigned long long answers[{}]; }} twincall_fuzz_oracle = {{\n\
         {{ {} }},\n{{ {} }}\n}};\n",
        values.len(),
        marker.join(", "),
        values.join(",\n")
    ));
    let (source, object) = (folder.join("oracle.c"), folder.join("oracle.o"));
    std::fs::write(&source, text)?;
    let call = CCall::new(CCompiler::clang(c), target, CProduct::Object);
    let output = call.tool_call().file(&source).output(&object).run(None)?;
    if !output.status.success() {
        return Err(OracleError::Compile(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ));
    }
    let answers = read(&std::fs::read(&object)?).ok_or(OracleError::Read)?;
    let mut pairs = answers.chunks_exact(2);
    let mut equal = Vec::new();
    for oracle in oracles {
        let mut same = true;
        for _ in &oracle.questions {
            let pair = pairs.next().ok_or(OracleError::Read)?;
            same &= pair[0] == pair[1];
        }
        equal.push(same);
    }
    Ok(equal)
}

/// The numbers behind the marker, and whatever follows them.
fn read(object: &[u8]) -> Option<Vec<u64>> {
    let marker = object.windows(MARKER.len()).position(|bytes| bytes == MARKER)?;
    let (words, _) = object[marker + MARKER.len()..].as_chunks::<8>();
    Some(words.iter().map(|word| u64::from_le_bytes(*word)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Cache;
    use crate::toolchain;

    #[test]
    fn a_difference_may_be_one_of_a_single_target() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, _) = Cache::open(&folder.path().join("cache"), true);
        let c = toolchain::find_c(None, &cache).unwrap();
        let oracle = |c: &str, one: &str, other: &str| Oracle {
            c: c.to_owned(),
            questions: vec![[one.to_owned(), other.to_owned()]],
        };
        let types = "struct one { int a; long b; }; struct other { int a; long long b; };";
        let long = oracle(types, "sizeof(struct one)", "sizeof(struct other)");
        let never = oracle("", "1", "2");
        let ask = |target, oracles: &[&Oracle]| ask(&c, target, oracles, folder.path());
        let both = [&long, &never];
        assert_eq!(ask(Target::X86_64LinuxGnu, &both).unwrap(), [true, false]);
        assert_eq!(ask(Target::Wasm32Unknown, &both).unwrap(), [false, false]);
        let wrong = oracle("", "sizeof(struct unknown)", "1");
        let refused = ask(Target::Wasm32Unknown, &[&long, &wrong]);
        assert!(matches!(refused, Err(OracleError::Compile(_))), "{refused:?}");
    }
}
