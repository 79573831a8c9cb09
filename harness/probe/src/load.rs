//! The libraries of a batch and the addresses of their symbols. Constructors run here, in the child.

use std::ffi::{CStr, OsStr, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use twincall_abi::run::{Module, PROBE, SymbolIn};

use crate::machine;

/// Loaded libraries, in the order of the batch. They are never unloaded: destructors are fixture code
/// for which no call could be blamed.
#[derive(Debug)]
pub(crate) struct Libraries {
    handles: Vec<std::mem::ManuallyDrop<Library>>,
}

/// The loader's own words, which are the source of the library's error.
fn cause(error: &libloading::Error) -> String {
    use std::error::Error;
    error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

/// Why a library or a symbol is not there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("the library {path} could not be loaded: {}", cause(source))]
    Library { path: String, source: libloading::Error },
    #[error("the symbol `{symbol}` was not found")]
    Symbol { symbol: String },
    #[error("the probe itself has no symbol `{symbol}`")]
    BuiltIn { symbol: String },
    #[error("the symbol `{symbol}` names library {library}, but the batch has {count}")]
    Index {
        symbol: String,
        library: u32,
        count: usize,
    },
}

impl Libraries {
    /// Loads every library. `announce` hears the index of each before its constructors run.
    pub(crate) fn load(paths: &[String], announce: impl Fn(u32)) -> Result<Libraries, LoadError> {
        let mut handles = Vec::with_capacity(paths.len());
        for (index, path) in (0..).zip(paths) {
            announce(index);
            // SAFETY: constructors may do anything; that is why this process reports nothing to the tool.
            let library = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) };
            let library = library.map_err(|source| LoadError::Library {
                path: path.clone(),
                source,
            })?;
            handles.push(std::mem::ManuallyDrop::new(library));
        }
        Ok(Libraries { handles })
    }

    /// Every file with code in this process, other than the probe and what has no file.
    pub(crate) fn modules(&self) -> Vec<Module> {
        unsafe extern "C" fn add(info: *mut libc::dl_phdr_info, _: usize, modules: *mut c_void) -> c_int {
            // SAFETY: the loader passes a valid description with a string for a name, and the pointer that it was given.
            let (info, name, modules) = unsafe {
                let name = CStr::from_ptr((*info).dlpi_name);
                (&*info, name, &mut *modules.cast::<Vec<Module>>())
            };
            let path = Path::new(OsStr::from_bytes(name.to_bytes()));
            if path.is_absolute() {
                modules.push(Module {
                    path: path.to_string_lossy().into_owned(),
                    bias: info.dlpi_addr,
                });
            }
            0
        }
        let mut modules: Vec<Module> = Vec::new();
        // SAFETY: `add` takes what it is given, and the vector outlives the call.
        unsafe { libc::dl_iterate_phdr(Some(add), (&raw mut modules).cast()) };
        modules
    }

    /// The address of a symbol in one of the libraries or in the probe.
    pub(crate) fn address(&self, wanted: &SymbolIn) -> Result<usize, LoadError> {
        let symbol = wanted.symbol.clone();
        if wanted.library == PROBE {
            return machine::address(&symbol).ok_or(LoadError::BuiltIn { symbol });
        }
        let Some(library) = self.handles.get(wanted.library as usize) else {
            return Err(LoadError::Index {
                symbol,
                library: wanted.library,
                count: self.handles.len(),
            });
        };
        // SAFETY: the symbol is only used as an address here; who calls it says why it may.
        let found = unsafe { library.get::<*mut ()>(symbol.as_str()) };
        match found.map(|found| found.as_raw_ptr() as usize) {
            Ok(0) | Err(_) => Err(LoadError::Symbol { symbol }),
            Ok(address) => Ok(address),
        }
    }
}
