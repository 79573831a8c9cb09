//! Which libraries of the system the linker chooses for a pair's `link`, by the names under which they are loaded.

use super::super::{BuildError, Builder};
use super::LIBRARY;
use super::dependencies::needed_by;
use crate::command::{NativeLink, scratch};
use crate::discover::Case;

impl Builder<'_> {
    /// The SONAME of each file that the linker chose: `libpng16.so.16` for `png`. None for a static library. What is not
    /// found is no fact about the pair.
    ///
    /// The linker is asked by a library of nothing else, in which only they can be needed; it alone knows its folders
    /// and reads its scripts. It is asked each time, since what is installed is in no key of the cache.
    pub(in super::super) fn system_libraries(&self, case: &Case) -> Result<Vec<String>, BuildError> {
        if case.link.is_empty() {
            return Ok(Vec::new());
        }
        let scratch = scratch(self.cache, self.recorder).map_err(BuildError::Scratch)?;
        let library = scratch.path().join(LIBRARY);
        let link = NativeLink {
            c: self.c,
            link: &case.link,
            cpp: false,
        };
        let mut call = link.of_libraries_alone();
        let output = call.run_in(self.root).output(&library).run(self.recorder)?;
        if !output.status.success() {
            return Err(not_found(&case.link, &String::from_utf8_lossy(&output.stderr)));
        }
        Ok(needed_by(&library)?)
    }
}

/// Which of the libraries the linker does not find, or what else it says.
fn not_found(link: &[String], message: &str) -> BuildError {
    let is_missing = |name: &&String| {
        // As lld says it, and as the GNU linker does.
        ["unable to find library -l", "cannot find -l"]
            .iter()
            .any(|words| {
                let mut lines = message.lines().filter_map(|line| line.split_once(words));
                lines.any(|(_, found)| found.split([':', ' ']).next() == Some(name))
            })
    };
    let missing: Vec<&str> = link.iter().filter(is_missing).map(String::as_str).collect();
    let reason = match missing.as_slice() {
        [] => message.lines().next().unwrap_or("it says nothing").to_owned(),
        names => format!(
            "it finds no lib{}; a library's development package brings what it looks for",
            names.join(" and no lib")
        ),
    };
    BuildError::Unsupported(format!("the linker does not take what `link` names: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_as_the_fixture_names_it() {
        let link = ["z", "zz", "png"].map(str::to_owned);
        let says = |message: &str| not_found(&link, message).to_string();
        let lld =
            "ld.lld-22: error: unable to find library -lzz\nld.lld-22: error: unable to find library -lpng\n";
        assert!(
            says(lld).contains("it finds no libzz and no libpng; "),
            "{}",
            says(lld)
        );
        let gnu = "/usr/bin/ld: cannot find -lzz: No such file or directory\n";
        assert!(says(gnu).contains("it finds no libzz; "), "{}", says(gnu));
        let other = "ld.lld-22: error: /usr/lib/libz.so:1: unknown directive\n";
        assert!(says(other).ends_with("names: ld.lld-22: error: /usr/lib/libz.so:1: unknown directive"));
    }
}
