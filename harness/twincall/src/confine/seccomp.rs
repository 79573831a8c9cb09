//! System calls that neither a compiler nor a report needs are refused with `EPERM`.
//!
//! That stops sockets of every kind, looking into other processes, mounting, namespaces, keys, programs in the kernel, and
//! what else faults of the kernel are reached by. What is refused is listed, not what is allowed: compilers and valgrind of
//! any version must run, and what files, memory and processes may do is limited by the other layers.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch,
};

/// Calls of the x32 ABI have this bit, under which the same calls are found once more.
const X32: i64 = 0x4000_0000;

/// Those that have another number there: ptrace, kexec_load, process_vm_readv, process_vm_writev.
const X32_ONLY: [i64; 4] = [521, 528, 539, 540];

/// Added to Linux after the constants of the C library were: mount and message calls of 6.10 and later.
const LATER: [i64; 2] = [
    467, // open_tree_attr
    457, // statmount
];

const REFUSED: [i64; 65] = [
    // Other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    // Sockets; io_uring opens them too.
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_sendto,
    libc::SYS_sendmmsg,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // Mounts and namespaces.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_mount_setattr,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
    // Keys.
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    // Memory that outlives its process.
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_msgget,
    libc::SYS_semget,
    libc::SYS_mq_open,
    // Programs and faults in the kernel.
    libc::SYS_bpf,
    libc::SYS_userfaultfd,
    libc::SYS_perf_event_open,
    libc::SYS_fanotify_init,
    libc::SYS_lookup_dcookie,
    libc::SYS_vmsplice,
    // The machine.
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    libc::SYS_syslog,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_modify_ldt,
];

/// Flags of clone(2) that make namespaces.
const NAMESPACES: i32 = libc::CLONE_NEWUSER
    | libc::CLONE_NEWNS
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWNET
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWCGROUP;

/// Types input into a terminal, as if its user had.
const TYPE_INTO_TERMINAL: u64 = 0x5412; // TIOCSTI

/// Restricts this process, and what it starts.
pub(super) fn apply() -> Result<(), String> {
    for program in [refused()?, hidden()?] {
        seccompiler::apply_filter(&program).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn refused() -> Result<BpfProgram, String> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    for call in REFUSED.into_iter().chain(LATER) {
        // No rules: whatever its arguments are.
        rules.insert(call, Vec::new());
        rules.insert(call | X32, Vec::new());
    }
    for call in X32_ONLY {
        rules.insert(call | X32, Vec::new());
    }
    for flag in flags(NAMESPACES) {
        for call in [libc::SYS_clone, libc::SYS_clone | X32] {
            let argument = (0, SeccompCmpArgLen::Qword);
            let rule = rule(argument, SeccompCmpOp::MaskedEq(flag), flag)?;
            rules.entry(call).or_default().push(rule);
        }
    }
    for call in [libc::SYS_ioctl, 514 | X32] {
        let argument = (1, SeccompCmpArgLen::Dword);
        rules.insert(call, vec![rule(argument, SeccompCmpOp::Eq, TYPE_INTO_TERMINAL)?]);
    }
    for call in [libc::SYS_socketpair, libc::SYS_socketpair | X32] {
        rules.insert(call, pairs()?);
    }
    program(rules, libc::EPERM)
}

/// A pair of sockets reaches nothing but itself, and the standard library starts programs with one; but one for datagrams could
/// be turned to another address.
fn pairs() -> Result<Vec<SeccompRule>, String> {
    /// Without the flags that stand beside a type.
    const TYPE: u64 = 0xf;
    let domain = rule(
        (0, SeccompCmpArgLen::Dword),
        SeccompCmpOp::Ne,
        libc::AF_UNIX.unsigned_abs().into(),
    )?;
    let of_type = |kind: i32| {
        let argument = (1, SeccompCmpArgLen::Dword);
        rule(argument, SeccompCmpOp::MaskedEq(TYPE), kind.unsigned_abs().into())
    };
    // The kernel takes the latter for the former.
    Ok(vec![domain, of_type(libc::SOCK_DGRAM)?, of_type(libc::SOCK_RAW)?])
}

/// The arguments of `clone3` lie in memory, where no filter sees them; the C library takes `clone` where there is none.
fn hidden() -> Result<BpfProgram, String> {
    let calls = [libc::SYS_clone3, libc::SYS_clone3 | X32];
    program(calls.map(|call| (call, Vec::new())).into(), libc::ENOSYS)
}

fn flags(mask: i32) -> impl Iterator<Item = u64> {
    (0..32)
        .map(|bit| 1u64 << bit)
        .filter(move |flag| mask as u32 as u64 & flag != 0)
}

fn rule(
    (argument, length): (u8, SeccompCmpArgLen),
    compare: SeccompCmpOp,
    value: u64,
) -> Result<SeccompRule, String> {
    SeccompCondition::new(argument, length, compare, value)
        .and_then(|condition| SeccompRule::new(vec![condition]))
        .map_err(|error| error.to_string())
}

fn program(rules: BTreeMap<i64, Vec<SeccompRule>>, errno: i32) -> Result<BpfProgram, String> {
    let refuse = SeccompAction::Errno(errno.unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, refuse, TargetArch::x86_64);
    filter
        .and_then(BpfProgram::try_from)
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filters_are_programs_the_kernel_takes() {
        // 4096 instructions are the most.
        assert!(refused().unwrap().len() < 4096);
        assert!(hidden().unwrap().len() < 16);
    }

    #[test]
    fn every_namespace_flag_is_found() {
        assert_eq!(flags(NAMESPACES).count(), 7);
    }
}
