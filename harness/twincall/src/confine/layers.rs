//! The layers of the confinement: what each stops, which of them there are, and what is not stopped without them.

use std::collections::BTreeMap;
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
const FILES: [Layer; 2] = [Layer::MountNamespace, Layer::Landlock];

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
}

/// What was found while a process confined itself.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Found {
    states: BTreeMap<Layer, Result<(), String>>,
    /// Of a layer that is there, what it lacks.
    lacks: BTreeMap<Layer, String>,
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

impl Found {
    pub(super) fn put(&mut self, layer: Layer, state: Result<(), String>) {
        self.states.insert(layer, state);
    }

    pub(super) fn lacks(&mut self, layer: Layer, what: String) {
        self.lacks.insert(layer, what);
    }

    pub(super) fn has(&self, layer: Layer) -> bool {
        matches!(self.states.get(&layer), Some(Ok(())))
    }

    /// Whether files outside are out of reach, without which there is no confinement to speak of.
    pub(super) fn protects_files(&self) -> bool {
        FILES.into_iter().any(|layer| self.has(layer))
    }

    pub(super) fn confinement(&self) -> Confinement {
        let layers = Layer::ALL.into_iter().map(|layer| {
            let reason = match self.states.get(&layer) {
                None => Some("it was not tried".to_owned()),
                Some(Ok(())) => self.lacks.get(&layer).cloned(),
                Some(Err(reason)) => Some(reason.clone()),
            };
            LayerState {
                layer,
                present: self.has(layer),
                reason,
            }
        });
        Confinement {
            sandboxed: true,
            layers: layers.collect(),
            not_stopped: self.not_stopped(),
        }
    }

    fn not_stopped(&self) -> Vec<String> {
        use Layer::{
            EmptyEnvironment, IpcNamespace, Landlock, Limits, MountNamespace, NetworkNamespace, PidNamespace,
            Seccomp, Tmpfs, UnprivilegedUser, UserNamespace,
        };
        let none = |layers: &[Layer]| layers.iter().all(|layer| !self.has(*layer));
        let attacks: [(bool, &str); 13] = [
            (
                none(&[MountNamespace, Landlock]),
                "reading and writing every file of its user",
            ),
            (
                none(&[MountNamespace]),
                "learning which files there are and how long they are",
            ),
            (none(&[NetworkNamespace, Seccomp]), "connecting to other programs"),
            (
                none(&[PidNamespace, Landlock]),
                "ending other processes of its user",
            ),
            (
                none(&[Landlock]) || self.lacks.contains_key(&Landlock),
                "ending its own run, so that there is no answer",
            ),
            (
                none(&[PidNamespace]),
                "outliving the run for as long as it takes to hunt it down",
            ),
            (
                none(&[Limits]) || none(&[UnprivilegedUser]),
                "starting as many processes as memory allows, until time is up",
            ),
            (none(&[Limits]), "using a processor until time is up"),
            (none(&[Tmpfs, Limits]), "filling the disk with one file"),
            (none(&[Tmpfs]), "filling the disk with many files"),
            (
                none(&[IpcNamespace, Seccomp]),
                "reaching shared memory and queues of its user",
            ),
            (
                none(&[Seccomp]),
                "calling seldom used parts of the kernel, where its faults are",
            ),
            (
                none(&[EmptyEnvironment]) || none(&[UserNamespace, UnprivilegedUser]),
                "using what its user is allowed beyond files",
            ),
        ];
        attacks
            .into_iter()
            .filter(|(open, _)| *open)
            .map(|(_, attack)| attack.to_owned())
            .collect()
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
    pub(super) fn without_files(&self) -> String {
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
            let _ = writeln!(text, "  {word} {}: {reason}", state.layer.words());
        }
        for attack in &self.not_stopped {
            let _ = writeln!(text, "  not stopped: {attack}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(absent: &[Layer]) -> Found {
        let mut found = Found::default();
        for layer in Layer::ALL {
            let state = match absent.contains(&layer) {
                true => Err("a test".to_owned()),
                false => Ok(()),
            };
            found.put(layer, state);
        }
        found
    }

    #[test]
    fn whole_confinement_is_one_line_and_leaves_nothing_open() {
        let whole = found(&[]).confinement();
        assert_eq!(whole.not_stopped, Vec::<String>::new());
        assert_eq!(whole.render(), "sandboxed: all 11 layers are present\n");
    }

    #[test]
    fn what_is_absent_is_told_with_what_it_would_stop() {
        let text = found(&[Layer::Tmpfs, Layer::PidNamespace]).confinement().render();
        assert!(text.contains("9 of 11"), "{text}");
        assert!(text.contains("no tmpfs: a test"), "{text}");
        assert!(
            text.contains("not stopped: filling the disk with many files"),
            "{text}"
        );
        assert!(text.contains("not stopped: outliving the run"), "{text}");
        assert!(!text.contains("with one file"), "limits bound a file: {text}");
    }

    #[test]
    fn what_an_old_layer_lacks_is_told() {
        let mut old = found(&[]);
        old.lacks(Layer::Landlock, "it does not limit signals".to_owned());
        let text = old.confinement().render();
        assert!(text.contains("11 of 11 layers"), "{text}");
        assert!(
            text.contains("an old landlock: it does not limit signals"),
            "{text}"
        );
        assert!(text.contains("not stopped: ending its own run"), "{text}");
    }

    #[test]
    fn files_need_one_of_two_layers() {
        assert!(found(&[Layer::Landlock]).protects_files());
        assert!(found(&[Layer::MountNamespace]).protects_files());
        assert!(!found(&[Layer::Landlock, Layer::MountNamespace]).protects_files());
    }

    #[test]
    fn names_lead_back_to_their_layer() {
        for layer in Layer::ALL {
            assert_eq!(Layer::from_name(layer.name()), Some(layer));
            assert_eq!(serde_json::to_value(layer).unwrap(), layer.name());
        }
    }
}
