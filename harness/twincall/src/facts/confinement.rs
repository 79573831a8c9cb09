//! How the code of a bug report was confined: the layers, and what is not stopped without those that are absent.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// One layer. Each holds without the others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The code is not root's: limits apply to it, and root's files are not its own.
    UnprivilegedUser,
    /// What the code could be allowed, it is allowed over nothing outside.
    UserNamespace,
    /// Processes outside cannot be named, and all inside end with the first.
    PidNamespace,
    /// There are no files but those of the new root.
    MountNamespace,
    /// No shared memory or queues of others.
    IpcNamespace,
    /// No network, and no abstract sockets of others.
    NetworkNamespace,
    /// What is written is bounded together.
    Tmpfs,
    /// What may be opened, by path; whom a signal reaches.
    Landlock,
    /// Which system calls there are.
    Seccomp,
    /// Time, memory, processes, size of a file, descriptors.
    Limits,
    /// Variables may hold secrets.
    EmptyEnvironment,
}

/// The layers of which one is enough to keep files from the code.
pub(crate) const FILES: [Layer; 2] = [Layer::MountNamespace, Layer::Landlock];

/// What there is of the confinement of a run.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Confinement {
    /// Whether the code was confined; otherwise it ran with the rights of its user, as `--unsandboxed` asks for.
    pub sandboxed: bool,
    pub layers: Vec<LayerState>,
    /// Attacks that nothing stops because of what is absent.
    pub not_stopped: Vec<String>,
}

/// One layer of a run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LayerState {
    pub layer: Layer,
    pub present: bool,
    /// Why it is absent, or what part of it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// What only another layer still stops, where this one is absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub alone: Option<String>,
}

impl Layer {
    /// All of them, the outer ones first.
    pub const ALL: [Layer; 11] = [
        Layer::UnprivilegedUser,
        Layer::UserNamespace,
        Layer::PidNamespace,
        Layer::MountNamespace,
        Layer::IpcNamespace,
        Layer::NetworkNamespace,
        Layer::Tmpfs,
        Layer::Landlock,
        Layer::Seccomp,
        Layer::Limits,
        Layer::EmptyEnvironment,
    ];

    /// The name in JSON and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Layer::UnprivilegedUser => "unprivileged-user",
            Layer::UserNamespace => "user-namespace",
            Layer::PidNamespace => "pid-namespace",
            Layer::MountNamespace => "mount-namespace",
            Layer::IpcNamespace => "ipc-namespace",
            Layer::NetworkNamespace => "network-namespace",
            Layer::Tmpfs => "tmpfs",
            Layer::Landlock => "landlock",
            Layer::Seccomp => "seccomp",
            Layer::Limits => "limits",
            Layer::EmptyEnvironment => "empty-environment",
        }
    }

    /// The name for a person.
    pub fn words(self) -> String {
        self.name().replace('-', " ")
    }

    /// The layer of a name.
    pub fn from_name(name: &str) -> Option<Layer> {
        Layer::ALL.into_iter().find(|layer| layer.name() == name)
    }
}

impl Confinement {
    /// Of a run that `--unsandboxed` asked for.
    pub fn unsandboxed() -> Confinement {
        Confinement::default()
    }

    /// Whether files outside are out of reach of the code.
    pub fn protects_files(&self) -> bool {
        self.layers
            .iter()
            .any(|state| FILES.contains(&state.layer) && state.present)
    }

    /// Why the layers that protect files are absent.
    pub(crate) fn without_files(&self) -> String {
        let of_files = self.layers.iter().filter(|state| FILES.contains(&state.layer));
        let reasons = of_files
            .filter_map(|state| Some(format!("no {} ({})", state.layer.words(), state.reason.as_ref()?)));
        reasons.collect::<Vec<String>>().join(", ")
    }

    /// What is told of it: a line, and more only where something is missing.
    pub fn render(&self) -> String {
        if !self.sandboxed {
            return "not sandboxed: the report's code was run with your rights\n".to_owned();
        }
        let absent: Vec<&LayerState> = self.layers.iter().filter(|state| !state.present).collect();
        let lacking: Vec<&LayerState> = self
            .layers
            .iter()
            .filter(|state| state.reason.is_some())
            .collect();
        if lacking.is_empty() {
            return format!("sandboxed: all {} layers are present\n", self.layers.len());
        }
        let mut text = format!(
            "sandboxed: {} of {} layers are present\n",
            self.layers.len() - absent.len(),
            self.layers.len()
        );
        for state in lacking {
            let reason = state.reason.as_deref().unwrap_or_default();
            let word = if state.present { "an old" } else { "no" };
            let alone = state.alone.as_ref().map(|alone| format!("; {alone}"));
            let alone = alone.unwrap_or_default();
            let _ = writeln!(text, "  {word} {}: {reason}{alone}", state.layer.words());
        }
        for attack in &self.not_stopped {
            let _ = writeln!(text, "  not stopped: {attack}");
        }
        text
    }
}
