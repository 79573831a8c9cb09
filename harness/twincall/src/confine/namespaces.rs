//! Namespaces of a run, and the root that it sees: toolchains and system libraries to read, and one folder in memory to write.
//!
//! They stop what needs a name of something outside: files, processes, sockets, shared memory, the network. The folder in
//! memory has a size and a number of files, so that nothing fills a disk.

use std::ffi::c_int;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::layers::Found;
use super::system;
use crate::confine::View;
use crate::facts::Layer;

/// The folder in memory, below the root of a run.
pub(super) const WORK: &str = "/twincall";
/// Its size, and how many files it may have.
const WORK_OPTIONS: &str = "size=1g,nr_inodes=65536,mode=755";
/// The root holds places for mounts and a few links.
const ROOT_OPTIONS: &str = "size=16m,nr_inodes=65536,mode=755";

/// User and group without rights, by the name that Linux gives those that it cannot name.
pub(super) const NOBODY: u32 = 65534;

/// Devices that programs need.
pub(super) const DEVICES: [&str; 5] = [
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
];

/// Folders that are links on a system whose programs are all in `/usr`.
const MERGED: [&str; 6] = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

// Attributes of linux/mount.h.
const READ_ONLY: u64 = 0x1;
const NO_SET_USER: u64 = 0x2;
const NO_DEVICES: u64 = 0x4;

/// The namespaces beside that of users, each with its flag.
const SPACES: [(Layer, c_int); 4] = [
    (Layer::MountNamespace, libc::CLONE_NEWNS),
    (Layer::PidNamespace, libc::CLONE_NEWPID),
    (Layer::IpcNamespace, libc::CLONE_NEWIPC),
    (Layer::NetworkNamespace, libc::CLONE_NEWNET),
];

/// The root that a run sees.
#[derive(Clone, Debug)]
pub(super) struct Root<'r> {
    /// An empty folder outside, on which it is built.
    pub(super) place: &'r Path,
    pub(super) view: &'r View,
    /// Processes of this run only are seen; without a namespace for them none are.
    pub(super) processes: bool,
    /// Where on disk is written, where that is not bounded.
    pub(super) disk: Option<&'r Path>,
}

/// Enters the namespaces. Root makes them as root, and becomes somebody else only afterwards ([`own_users`]); anybody else
/// needs one of users to make the others.
pub(super) fn enter(found: &mut Found, without: &[Layer], root: bool) {
    let wanted = |layer: Layer| !without.contains(&layer);
    if !root {
        let users = match wanted(Layer::UserNamespace) {
            true => own_users(),
            false => Err("it is left out".to_owned()),
        };
        found.put(Layer::UserNamespace, users);
    }
    for (layer, flag) in SPACES {
        let state = match wanted(layer) {
            true => system::unshare(flag).map_err(told),
            false => Err("it is left out".to_owned()),
        };
        found.put(layer, state);
    }
}

/// A namespace of users in which this process is nobody.
pub(super) fn own_users() -> Result<(), String> {
    let (user, group) = system::effective_user();
    system::unshare(libc::CLONE_NEWUSER).map_err(told)?;
    // Without this nobody may tell which groups there are.
    let write = |name: &str, text: String| {
        fs::write(format!("/proc/self/{name}"), text).map_err(|error| format!("write {name}: {error}"))
    };
    write("setgroups", "deny".to_owned())?;
    write("uid_map", format!("{NOBODY} {user} 1"))?;
    write("gid_map", format!("{NOBODY} {group} 1"))
}

fn told(error: io::Error) -> String {
    match error.raw_os_error() {
        Some(libc::EPERM) => "the system does not permit it".to_owned(),
        Some(libc::ENOSPC) => "the system permits no more of them".to_owned(),
        Some(libc::EINVAL | libc::ENOSYS) => "this kernel has none".to_owned(),
        _ => error.to_string(),
    }
}

/// Builds the root of a run and enters it.
///
/// # Errors
/// What could not be mounted. Then the process is where it was.
pub(super) fn build_root(root: &Root<'_>) -> Result<(), String> {
    let private = libc::MS_REC | libc::MS_PRIVATE;
    system::mount(Path::new("none"), Path::new("/"), "", private, "")
        .map_err(|error| format!("keep mounts apart: {error}"))?;
    mount(
        "tmpfs",
        root.place,
        libc::MS_NOSUID | libc::MS_NODEV,
        ROOT_OPTIONS,
    )?;
    let built = fill(root);
    if built.is_err() {
        system::unmount(root.place);
    }
    built
}

fn fill(root: &Root<'_>) -> Result<(), String> {
    for folder in MERGED {
        if let Ok(target) = fs::read_link(folder) {
            let link = inside(root.place, Path::new(folder));
            symlink(&target, &link).map_err(|error| format!("link {folder}: {error}"))?;
        }
    }
    for path in root.view.readable.iter().filter(|path| !path.is_symlink()) {
        show(root.place, path, READ_ONLY | NO_SET_USER | NO_DEVICES)?;
    }
    for device in DEVICES.iter().map(Path::new).filter(|device| device.exists()) {
        show(root.place, device, NO_SET_USER)?;
    }
    for (path, target) in &root.view.links {
        let link = inside(root.place, path);
        // A folder that is shown may have the link already, as the system has it.
        if link.symlink_metadata().is_err() {
            make_parent(&link)?;
            symlink(target, &link).map_err(|error| format!("link {}: {error}", path.display()))?;
        }
    }
    if root.processes {
        let proc = inside(root.place, Path::new("/proc"));
        make(&proc)?;
        let flags = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;
        mount("proc", &proc, flags, "subset=pid").or_else(|_| mount("proc", &proc, flags, ""))?;
    }
    let work = inside(root.place, Path::new(WORK));
    make(&work)?;
    match root.disk {
        Some(disk) => system::mount(disk, &work, "", libc::MS_BIND, "")
            .and_then(|()| system::add_attributes(&work, NO_SET_USER | NO_DEVICES, true))
            .map_err(|error| format!("show {}: {error}", disk.display()))?,
        None => mount("tmpfs", &work, libc::MS_NOSUID | libc::MS_NODEV, WORK_OPTIONS)?,
    }
    system::add_attributes(root.place, READ_ONLY, false)
        .map_err(|error| format!("protect the root: {error}"))?;
    system::enter_root(root.place).map_err(|error| format!("enter the root: {error}"))
}

/// Shows a file or folder of the system at its own path.
fn show(place: &Path, path: &Path, attributes: u64) -> Result<(), String> {
    let target = inside(place, path);
    if path.is_dir() {
        make(&target)?;
    } else {
        make_parent(&target)?;
        fs::write(&target, "").map_err(|error| format!("make {}: {error}", path.display()))?;
    }
    system::mount(path, &target, "", libc::MS_BIND | libc::MS_REC, "")
        .and_then(|()| system::add_attributes(&target, attributes, true))
        .map_err(|error| format!("show {}: {error}", path.display()))
}

fn mount(kind: &str, target: &Path, flags: libc::c_ulong, options: &str) -> Result<(), String> {
    system::mount(Path::new(kind), target, kind, flags, options)
        .map_err(|error| format!("mount {kind}: {error}"))
}

/// A path of the system below the folder on which the root is built.
fn inside(place: &Path, path: &Path) -> PathBuf {
    place.join(path.strip_prefix("/").unwrap_or(path))
}

fn make(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("make {}: {error}", folder.display()))
}

fn make_parent(path: &Path) -> Result<(), String> {
    path.parent().map_or(Ok(()), make)
}
