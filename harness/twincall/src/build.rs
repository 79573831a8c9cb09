//! From a case to artifacts: interfaces are read, units written, compiled, linked, and their evidence read.
//!
//! Each unit is compiled once for a target and optimisation level; everything that a compiler or
//! linker makes is kept in the cache under the content of what went in.

use std::path::Path;

use serde::{Deserialize, Serialize};
use twincall_abi::interface::{Interface, Refusal, Side};
use twincall_abi::ir::{FeatureCall, IrFunction, Unpromoted};
use twincall_abi::layout::{LayoutTable, SizeAlign};
use twincall_abi::target::Target;

use crate::cache::Cache;
use crate::call::{CallExpression, Value, VariadicType};
use crate::command::Recorder;
use crate::confine;
use crate::directive::OptLevel;
use crate::discover::Case;
use crate::emit::rust::Dialect;
use crate::emit::{self, TypeKey, Unit, UnitRequest, VariadicCall};
use crate::facts::Form;
use crate::interface;
use crate::interface::rust::RustSource;
use crate::toolchain::sysroot::ReadyLibraries;
use crate::toolchain::{CToolchain, RustToolchain};

mod back_end;
mod bounds;
pub(crate) mod classes;
mod compile;
mod error;
mod evidence;
mod expand;
mod features;
mod link;
mod lower;
mod rename;
mod too_old;

pub use back_end::{BackEnd, NoBackEnd};
pub use error::BuildError;
pub(crate) use evidence::read as read_side;
pub use evidence::{NoIr, Symbols};
pub(crate) use link::{CONSTRUCTORS, STACK_GUARD, STACK_GUARD_SIZE, STACK_POINTER, tap_import};
pub use link::{DependencyError, LinkRefusal, Linked, LinkedLibrary, Tapped, check_dependencies};
pub use lower::{LowerError, Lowered};
pub(crate) use rename::MODULE as IMPORT_MODULE;

/// What builds need besides the case.
#[derive(Debug)]
pub struct Builder<'a> {
    pub root: &'a Path,
    pub cache: &'a Cache,
    pub c: &'a CToolchain,
    pub rust: &'a RustToolchain,
    /// Where calls of compilers and linkers are recorded.
    pub recorder: Option<&'a Recorder>,
    /// Whether compilers are also asked for what their back ends decide, by one more call for each unit.
    pub back_end: bool,
}

/// A case built for one target.
#[derive(Debug)]
pub struct CaseBuild {
    pub c: Interface,
    pub rust: Interface,
    pub form: Form,
    pub variadic_calls: Vec<VariadicCall>,
    /// What the emitter left out, C first: symbol and reason.
    pub left_out: Vec<(Side, String, String)>,
    /// What is beyond the number of functions that are compared, in words.
    pub beyond: Option<String>,
    pub levels: Vec<LevelBuild>,
    /// The features that the flags of C and of Rust switch on.
    pub features: [String; 2],
    /// The names under which the dynamic linker is asked for what the pair's `link` names.
    pub system_libraries: Vec<String>,
    /// Whether a panic ends the process at the first `extern "C"` function that it meets, as since rustc 1.81.
    pub panics_stop: bool,
}

/// One optimisation level of a case.
#[derive(Debug)]
pub struct LevelBuild {
    pub opt: OptLevel,
    pub c: SideEvidence,
    pub rust: SideEvidence,
    pub linked: Linked,
}

impl LevelBuild {
    /// One side's evidence.
    pub fn side(&self, side: Side) -> &SideEvidence {
        match side {
            Side::C => &self.c,
            Side::Rust => &self.rust,
        }
    }
}

impl CaseBuild {
    /// One side's interface.
    pub fn interface(&self, side: Side) -> &Interface {
        match side {
            Side::C => &self.c,
            Side::Rust => &self.rust,
        }
    }
}

/// What the readers found in one side's object.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SideEvidence {
    pub layouts: LayoutTable,
    /// Sizes and alignments as the compiler evaluated them.
    pub sizes: Vec<(TypeKey, SizeAlign)>,
    /// IR functions, or why there are none.
    pub ir: Result<Vec<IrFunction>, NoIr>,
    /// Unnamed arguments that kept a type which C promotes, where there is IR of Rust. A compiler of C promotes by itself.
    pub unpromoted: Vec<Unpromoted>,
    /// Calls of functions with wide vectors by callers with other target features.
    pub feature_calls: Vec<FeatureCall>,
    /// Function types, on wasm only.
    pub wasm: std::collections::BTreeMap<String, twincall_abi::wasm::WasmFunction>,
    pub symbols: Symbols,
    /// What the compiler's own back end says, natively at -O0 and where it can be asked. Kept apart in the cache.
    #[serde(skip)]
    pub back_end: Option<BackEnd>,
}

/// One side ready to compile.
struct SideUnit {
    unit: Unit,
    /// The fixture with inner attributes blanked, where it had any.
    replaced_source: Option<String>,
}

impl Builder<'_> {
    /// What both sides of a case declare on a target, C first.
    pub fn interfaces(&self, case: &Case, target: Target) -> Result<(Interface, Interface), BuildError> {
        let (c, rust, _) = self.read_sides(case, target)?;
        Ok((c, rust.interface))
    }

    /// Both sides as they take part, with the number of functions that were left out.
    fn read_sides(&self, case: &Case, target: Target) -> Result<(Interface, RustSource, usize), BuildError> {
        let mut c = self.read_c_interface(case, target)?;
        let mut rust = self.read_rust_source(case, target)?;
        add_library(case, &mut c, &rust.interface);
        classes::lower(&mut c, &rust.interface);
        bounds::refuse_parameters(&mut c);
        bounds::refuse_parameters(&mut rust.interface);
        // A project's own pairs are its own matter.
        let left_out = match confine::is_confined() {
            true => bounds::leave_out(&mut c, &mut rust.interface),
            false => 0,
        };
        Ok((c, rust, left_out))
    }

    /// Builds a case for one target at all its levels. `libraries` are Rust's for the target.
    pub fn build(
        &self,
        case: &Case,
        target: Target,
        libraries: &ReadyLibraries,
    ) -> Result<CaseBuild, BuildError> {
        let (c, rust_source, left_out) = self.read_sides(case, target)?;
        if let Some(needs) = &rust_source.requirement
            && self.rust.version < (1, needs.minor, 0)
        {
            return Err(BuildError::Unsupported(format!(
                "needs rustc 1.{} for `{}`, and this is {}",
                needs.minor, needs.what, self.rust.name
            )));
        }
        // Compilers would take minutes over what nothing is compared of.
        let shares = |symbol: &str| {
            let rust = &rust_source.interface;
            rust.function(symbol).is_some() || rust.data(symbol).is_some()
        };
        if !symbols(&c).any(shares)
            && let Some(refusal) = refused_by_both(&c, &rust_source.interface)
        {
            return Err(BuildError::Unsupported(format!(
                "`{}`: {}",
                refusal.symbol, refusal.reason
            )));
        }
        let form = form_of(&c, &rust_source.interface)?;
        check_shared(case, &c, &rust_source.interface)?;
        let mut build = self.build_sides(case, target, libraries, form, c, rust_source)?;
        build.beyond = bounds::words(left_out);
        Ok(build)
    }

    /// Builds a case once more with the Rust declarations of this number in place of the first ones, see
    /// [`Interface::with_redeclared`].
    pub fn build_redeclared(
        &self,
        case: &Case,
        target: Target,
        libraries: &ReadyLibraries,
        first: &CaseBuild,
        number: usize,
    ) -> Result<Option<CaseBuild>, BuildError> {
        let Some(interface) = first.rust.with_redeclared(number) else {
            return Ok(None);
        };
        let mut source = self.read_rust_source(case, target)?;
        source.interface = interface;
        let build = self.build_sides(case, target, libraries, first.form, first.c.clone(), source)?;
        Ok(Some(build))
    }

    fn read_rust_source(&self, case: &Case, target: Target) -> Result<RustSource, BuildError> {
        let mut source =
            interface::rust::read_source(&case.rust.path.display().to_string(), &case.rust.text, target)
                .map_err(|error| self.rust_parse_error(case, target, &error))?;
        self.expand(case, target, &mut source)?;
        Ok(source)
    }

    fn build_sides(
        &self,
        case: &Case,
        target: Target,
        libraries: &ReadyLibraries,
        form: Form,
        c: Interface,
        rust_source: RustSource,
    ) -> Result<CaseBuild, BuildError> {
        let rust = rust_source.interface;
        let variadic_calls = variadic_calls(&case.calls, &c, &rust)?;
        check_calls(&case.calls, &c, &rust)?;
        let system_libraries = self.system_libraries(case)?;
        let c_unit = self.write_c(case, &c, &variadic_calls);
        let rust_unit = self.write_rust(
            case,
            &rust,
            &rust_source.inner_attributes,
            rust_source.blanked,
            &variadic_calls,
        );
        let left_out = [(Side::C, &c_unit.unit), (Side::Rust, &rust_unit.unit)]
            .into_iter()
            .flat_map(|(side, unit)| {
                unit.left_out
                    .iter()
                    .map(move |(s, r)| (side, s.clone(), r.clone()))
            })
            .collect();
        // clang's IR has every feature of C, gcc writes none; rustc's has the processor's name in place of its features.
        let features = [
            match self.c.gcc.is_some() {
                true => self.unit_features(Side::C, case, target)?,
                false => String::new(),
            },
            self.unit_features(Side::Rust, case, target)?,
        ];
        let mut levels = Vec::new();
        for &opt in &case.opt {
            let mut level = self.build_level(
                case,
                target,
                opt,
                form,
                libraries,
                &system_libraries,
                [&c, &rust],
                &c_unit,
                &rust_unit,
            )?;
            level.rust.add_features(&features[1]);
            level.c.name_results(&c);
            levels.push(level);
        }
        Ok(CaseBuild {
            c,
            rust,
            form,
            variadic_calls,
            left_out,
            beyond: None,
            levels,
            features,
            system_libraries,
            panics_stop: self.rust.version >= (1, 81, 0),
        })
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one call site; a struct would only rename the arguments"
    )]
    fn build_level(
        &self,
        case: &Case,
        target: Target,
        opt: OptLevel,
        form: Form,
        libraries: &ReadyLibraries,
        system_libraries: &[String],
        interfaces: [&Interface; 2],
        c_unit: &SideUnit,
        rust_unit: &SideUnit,
    ) -> Result<LevelBuild, BuildError> {
        let (c, rust) = rayon::join(
            || {
                let object = self.compile_c(case, target, opt, c_unit)?;
                let mut evidence = self.read_evidence(Side::C, target, &object, &c_unit.unit)?;
                let at = (Side::C, target, opt);
                evidence.back_end = self.read_back_end(case, at, libraries, c_unit, &object)?;
                Ok::<_, BuildError>((object, evidence))
            },
            || {
                let object = self.compile_rust(case, target, opt, libraries, rust_unit)?;
                let mut evidence = self.read_evidence(Side::Rust, target, &object, &rust_unit.unit)?;
                evidence::take_from_echoes(&mut evidence, interfaces[1]);
                let at = (Side::Rust, target, opt);
                evidence.back_end = self.read_back_end(case, at, libraries, rust_unit, &object)?;
                Ok::<_, BuildError>((object, evidence))
            },
        );
        let (c_object, c) = c?;
        let (rust_object, rust) = rust?;
        let mut exports = c_unit.unit.exports.clone();
        exports.extend(rust_unit.unit.exports.iter().cloned());
        let crossing = match form {
            Form::Boundary => crossing(target, interfaces, [&c, &rust]),
            _ => Vec::new(),
        };
        let request = link::LinkRequest {
            case,
            target,
            form,
            libraries,
            system_libraries,
            c: &c_object,
            rust: &rust_object,
            exports: &exports,
            cpp: case.c.cpp,
            std: case.rust.directives.std,
            crossing: &crossing,
            may_be_absent: &may_be_absent(case, interfaces),
            absent: &[],
        };
        let linked = self.link(&request)?;
        Ok(LevelBuild { opt, c, rust, linked })
    }

    fn write_c(&self, case: &Case, interface: &Interface, variadic_calls: &[VariadicCall]) -> SideUnit {
        let source_path = self.root.join(&case.c.path);
        let same: Vec<String> = case.same.iter().map(|(c, _)| c.clone()).collect();
        let request = UnitRequest {
            interface,
            source_path: &source_path.display().to_string(),
            same: &same,
            variadic_calls,
            inner_attributes: &[],
            features: &[],
            dialect: Dialect::default(),
            std: false,
        };
        SideUnit {
            unit: emit::c::write_unit(&request, case.c.cpp),
            replaced_source: None,
        }
    }

    fn write_rust(
        &self,
        case: &Case,
        interface: &Interface,
        inner_attributes: &[String],
        blanked: String,
        variadic_calls: &[VariadicCall],
    ) -> SideUnit {
        let replaced = blanked != case.rust.text;
        // A fixture with inner attributes is included from a copy beside the unit, in which they are blank.
        let source_path = if replaced {
            case.rust.path.display().to_string()
        } else {
            self.root.join(&case.rust.path).display().to_string()
        };
        let same: Vec<String> = case.same.iter().map(|(_, rust)| rust.clone()).collect();
        let request = UnitRequest {
            interface,
            source_path: &source_path,
            same: &same,
            variadic_calls,
            inner_attributes,
            features: &case.rust.directives.rust_features,
            dialect: Dialect::of(self.rust.version),
            std: case.rust.directives.std,
        };
        SideUnit {
            unit: emit::rust::write_unit(&request),
            replaced_source: replaced.then_some(blanked),
        }
    }
}

/// What a library of the system defines is C's: where the pair names one, what both sides only declare is looked for there.
fn add_library(case: &Case, c: &mut Interface, rust: &Interface) {
    if case.link.is_empty() {
        return;
    }
    for function in &mut c.functions {
        let declared = rust.function(&function.symbol);
        function.defined |= declared.is_some_and(|function| !function.defined);
    }
    for data in &mut c.data {
        let declared = rust.data(&data.symbol);
        data.defined |= declared.is_some_and(|data| !data.defined);
    }
}

/// Twins define the same functions on both sides; in a boundary pair no symbol has two definitions.
fn form_of(c: &Interface, rust: &Interface) -> Result<Form, BuildError> {
    let defined = |interface: &Interface, symbol: &str| {
        interface
            .function(symbol)
            .is_some_and(|function| function.defined)
            || interface.data(symbol).is_some_and(|data| data.defined)
    };
    let mut twin = None;
    let mut boundary = None;
    for symbol in symbols(c) {
        match (defined(c, symbol), defined(rust, symbol)) {
            (true, true) => twin = Some(symbol),
            (true, false) if rust.function(symbol).is_some() || rust.data(symbol).is_some() => {
                boundary = Some(symbol);
            }
            (false, true) => boundary = Some(symbol),
            _ => {}
        }
    }
    match (twin, boundary) {
        (Some(twin), Some(boundary)) => Err(BuildError::Form(format!(
            "both sides define `{twin}`, but `{boundary}` is only declared on one of them: a pair is \
             either twins or a boundary; move one of the two into a pair of its own"
        ))),
        (Some(_), None) => Ok(Form::Twins),
        (None, _) => Ok(Form::Boundary),
    }
}

/// The functions that one side declares, has code to call from, and leaves to the other side. A tap stands for them in the
/// linker's symbol table, so that a name which an assembler cannot spell is left alone.
fn crossing(target: Target, interfaces: [&Interface; 2], evidence: [&SideEvidence; 2]) -> Vec<String> {
    let mut found = Vec::new();
    for (mine, theirs) in [(0, 1), (1, 0)] {
        let has_code = interfaces[mine].functions.iter().any(|function| function.defined);
        let declared = interfaces[mine]
            .functions
            .iter()
            .filter(|function| !function.defined);
        for symbol in declared.map(|function| &function.symbol) {
            let plain = symbol.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            // The export of a module's memory has this name.
            let taken = target.is_wasm() && symbol == "memory";
            if has_code
                && plain
                && !taken
                && evidence[mine].symbols.undefined.contains(symbol)
                && evidence[theirs].symbols.defined.contains(symbol)
            {
                found.push(symbol.clone());
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Of what both sides know, the first item that neither can take part with.
fn refused_by_both<'a>(c: &'a Interface, rust: &Interface) -> Option<&'a Refusal> {
    c.refused
        .iter()
        .find(|refusal| rust.refused.iter().any(|other| other.symbol == refusal.symbol))
}

/// What both sides declare and neither defines, where the case allows that. A program of its own would call it.
fn may_be_absent(case: &Case, [c, rust]: [&Interface; 2]) -> Vec<String> {
    if !case.undefined || !case.program.is_empty() {
        return Vec::new();
    }
    let alone = |symbol: &&str| c.only_declares(symbol) && rust.only_declares(symbol);
    symbols(c).filter(alone).map(str::to_owned).collect()
}

/// A pair in which nothing has the same name on both sides would agree about nothing.
fn check_shared(case: &Case, c: &Interface, rust: &Interface) -> Result<(), BuildError> {
    let refused = |interface: &Interface| {
        interface
            .refused
            .iter()
            .map(|refusal| refusal.symbol.clone())
            .collect::<Vec<_>>()
    };
    let known = |interface: &Interface| {
        symbols(interface)
            .map(str::to_owned)
            .chain(refused(interface))
            .collect::<Vec<_>>()
    };
    let (c, rust) = (known(c), known(rust));
    if !case.same.is_empty() || c.iter().any(|symbol| rust.contains(symbol)) {
        return Ok(());
    }
    let list = |symbols: &[String]| {
        if symbols.is_empty() {
            "nothing".to_owned()
        } else {
            symbols.join(", ")
        }
    };
    Err(BuildError::Form(format!(
        "the two sides share no function and no variable: C has {}, Rust has {}",
        list(&c),
        list(&rust)
    )))
}

fn symbols(interface: &Interface) -> impl Iterator<Item = &str> {
    let functions = interface
        .functions
        .iter()
        .map(|function| function.symbol.as_str());
    functions.chain(interface.data.iter().map(|data| data.symbol.as_str()))
}

/// Every call names a function of the pair and gives as many values as it has parameters.
fn check_calls(calls: &[CallExpression], c: &Interface, rust: &Interface) -> Result<(), BuildError> {
    for call in calls {
        let wrong = |message: String| BuildError::Calls {
            call: call.text.clone(),
            message,
        };
        let declared = [c, rust].map(|interface| interface.function(&call.function));
        if declared == [None, None] {
            let known: Vec<&str> = c
                .functions
                .iter()
                .chain(&rust.functions)
                .map(|f| f.symbol.as_str())
                .collect();
            return Err(wrong(format!(
                "no function `{}` in this pair{}",
                call.function,
                crate::text::nearest(&call.function, &known)
            )));
        }
        let given = call.arguments.len();
        let fits = declared.into_iter().flatten().any(|function| {
            let params = function.signature.params.len();
            given == params
                || function.signature.variadic && given >= params
                || function.signature.unprototyped
        });
        if !fits {
            let params = declared
                .into_iter()
                .flatten()
                .map(|function| function.declaration.clone());
            let params: Vec<String> = params.collect();
            return Err(wrong(format!(
                "{given} values do not fit `{}`",
                params.join("` or `")
            )));
        }
    }
    Ok(())
}

/// The different argument lists with which variadic functions are called.
fn variadic_calls(
    calls: &[CallExpression],
    c: &Interface,
    rust: &Interface,
) -> Result<Vec<VariadicCall>, BuildError> {
    let mut requests: Vec<VariadicCall> = Vec::new();
    for call in calls {
        if let Some(request) = variadic_call(call, c, rust)?
            && !requests.contains(&request)
        {
            requests.push(request);
        }
    }
    Ok(requests)
}

/// The extra types of one call, if its function is variadic.
pub fn variadic_call(
    call: &CallExpression,
    c: &Interface,
    rust: &Interface,
) -> Result<Option<VariadicCall>, BuildError> {
    let declared = [c, rust]
        .into_iter()
        .filter_map(|interface| interface.function(&call.function));
    let Some(function) = declared.into_iter().find(|function| function.signature.variadic) else {
        return Ok(None);
    };
    let named = function.signature.params.len();
    let mut extra = Vec::new();
    for value in call.arguments.iter().skip(named) {
        let ty = match value {
            Value::Integer { suffix, .. } => suffix.unwrap_or(VariadicType::I32),
            Value::Float { .. } => VariadicType::F64,
            Value::Pointer(_) | Value::Text(_) | Value::Null | Value::Symbol(_) => VariadicType::Pointer,
            Value::Bool(_) | Value::Pipe(_) => VariadicType::I32,
            Value::Aggregate(_) | Value::List(_) | Value::Repeat { .. } => {
                let message = "an aggregate cannot follow the named parameters; pass its address".to_owned();
                return Err(BuildError::Calls {
                    call: call.text.clone(),
                    message,
                });
            }
        };
        extra.push(ty);
    }
    Ok(Some(VariadicCall {
        symbol: function.symbol.clone(),
        extra,
    }))
}
