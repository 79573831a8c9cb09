//! Which features the flags of a fixture switch on, by name, by processor or by `native`: as the compiler itself tells it.

use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use super::{BuildError, Builder};
use crate::cache::{Contents, KeyBuilder};
use crate::command::{CProduct, RustCall, RustProduct};
use crate::directive::OptLevel;
use crate::discover::Case;

/// The macros by which C compilers tell features that move arguments, and LLVM's names of those.
const MACROS: [(&str, &str); 4] = [
    ("__AVX__", "avx"),
    ("__AVX2__", "avx2"),
    ("__AVX512F__", "avx512f"),
    ("__wasm_simd128__", "simd128"),
];
const TOLD: &str = "features";

impl Builder<'_> {
    /// The features that the flags of one side of a case switch on, as LLVM writes them: `+avx,+fma`. Nothing is asked where no
    /// flag is about features.
    pub fn unit_features(&self, side: Side, case: &Case, target: Target) -> Result<String, BuildError> {
        let flags = match side {
            Side::C => &case.c.directives.flags,
            Side::Rust => &case.rust.directives.flags,
        };
        let about_features = |flag: &String| match side {
            Side::C => flag.starts_with("-m"),
            Side::Rust => flag.contains("target-cpu") || flag.contains("target-feature"),
        };
        if !flags.iter().any(about_features) {
            return Ok(String::new());
        }
        let mut key = KeyBuilder::new("unit-features");
        let mut call = match side {
            Side::C => {
                let compiler = self.c_compiler(case)?;
                let call = self.c_call(case, compiler, target, CProduct::Macros);
                let mut call = call.tool_call();
                call.language(compiler.language).say("/dev/null");
                call
            }
            Side::Rust => RustCall {
                flags,
                ..RustCall::new(self.rust, target, RustProduct::Configuration)
            }
            .tool_call(),
        };
        call.run_in(self.root).add_to(&mut key);
        // `native` is another processor on another machine.
        key.add(processor());
        let entry = self.cache.get_or_make(&key.key(), || {
            let printed = self.compile(&call, side, target, OptLevel::NONE)?;
            let mut contents = Contents::default();
            let features = match side {
                Side::C => of_macros(&printed),
                Side::Rust => of_cfg(&printed),
            };
            contents.files.insert(TOLD.to_owned(), features.into_bytes());
            Ok::<_, BuildError>(contents)
        })?;
        Ok(String::from_utf8_lossy(&entry.read(TOLD)?).into_owned())
    }
}

/// The features of `#define __AVX__ 1`.
fn of_macros(printed: &str) -> String {
    let defined = |name: &str| {
        let mut lines = printed.lines();
        lines.any(|line| line.split(' ').nth(1) == Some(name))
    };
    let on = MACROS.iter().filter(|(name, _)| defined(name));
    on.map(|(_, feature)| format!("+{feature}"))
        .collect::<Vec<_>>()
        .join(",")
}

/// The features of `target_feature="avx"`.
fn of_cfg(printed: &str) -> String {
    let names = printed
        .lines()
        .filter_map(|line| line.strip_prefix("target_feature=\"")?.strip_suffix('"'));
    names.map(|name| format!("+{name}")).collect::<Vec<_>>().join(",")
}

/// What tells this machine's processor from another one, as far as compilers ask it.
#[cfg(target_arch = "x86_64")]
fn processor() -> String {
    let told = [
        std::arch::is_x86_feature_detected!("avx"),
        std::arch::is_x86_feature_detected!("avx2"),
        std::arch::is_x86_feature_detected!("avx512f"),
        std::arch::is_x86_feature_detected!("fma"),
    ];
    told.map(|has| if has { "1" } else { "0" }).concat()
}

#[cfg(not(target_arch = "x86_64"))]
fn processor() -> String {
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_read_as_each_compiler_tells_them() {
        let printed =
            "#define __AVX2__ 1\n#define __AVX__ 1\n#define __AVX512FP16__ 1\n#define X __AVX512F__\n";
        assert_eq!(of_macros(printed), "+avx,+avx2");
        let printed = "target_arch=\"x86_64\"\ntarget_feature=\"avx\"\ntarget_feature=\"fma\"\nunix\n";
        assert_eq!(of_cfg(printed), "+avx,+fma");
        assert_eq!((of_macros(""), of_cfg("")), (String::new(), String::new()));
    }
}
