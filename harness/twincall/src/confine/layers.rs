//! The layers of the confinement: what each stops, which of them there are, and what is not stopped without them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::facts::confinement::FILES;
use crate::facts::{Confinement, Layer, LayerState};

/// What was found while a process confined itself.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Found {
    states: BTreeMap<Layer, Result<(), String>>,
    /// Of a layer that is there, what it lacks.
    lacks: BTreeMap<Layer, String>,
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
            let alone = match self.has(layer) {
                true => None,
                false => self.alone(layer).map(str::to_owned),
            };
            LayerState {
                layer,
                present: self.has(layer),
                reason,
                alone,
            }
        });
        Confinement {
            sandboxed: true,
            layers: layers.collect(),
            not_stopped: self.not_stopped(),
        }
    }

    /// What only another layer still stops where this one is absent.
    fn alone(&self, layer: Layer) -> Option<&'static str> {
        let words = match layer {
            Layer::UnprivilegedUser if self.has(Layer::UserNamespace) => {
                "that it is root is of no use to it in its user namespace alone"
            }
            Layer::UserNamespace if self.has(Layer::UnprivilegedUser) => {
                "files and processes of its user are kept from it by the other layers alone"
            }
            Layer::MountNamespace if self.has(Layer::Landlock) => "files are kept from it by Landlock alone",
            Layer::Landlock if self.has(Layer::MountNamespace) => {
                "files are kept from it by the mount namespace alone"
            }
            Layer::PidNamespace if self.has(Layer::Landlock) => {
                "other processes are kept from its signals by Landlock alone"
            }
            Layer::IpcNamespace if self.has(Layer::Seccomp) => {
                "shared memory and queues of its user are kept from it by seccomp alone"
            }
            Layer::NetworkNamespace if self.has(Layer::Seccomp) => {
                "the network is kept from it by seccomp alone"
            }
            Layer::Tmpfs if self.has(Layer::Limits) => "a file's size is bounded by limits alone",
            _ => return None,
        };
        Some(words)
    }

    fn not_stopped(&self) -> Vec<String> {
        use Layer::{
            EmptyEnvironment, IpcNamespace, Landlock, Limits, MountNamespace, NetworkNamespace, PidNamespace,
            Seccomp, Tmpfs, UnprivilegedUser, UserNamespace,
        };
        let none = |layers: &[Layer]| layers.iter().all(|layer| !self.has(*layer));
        let attacks: [(bool, &str); 14] = [
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
                none(&[Seccomp]),
                "changing by ptrace what another process of the run says, the one that judges among them",
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
    fn each_absent_layer_says_what_it_opens_or_what_else_keeps_it_shut() {
        for layer in Layer::ALL {
            let confinement = found(&[layer]).confinement();
            let state = confinement
                .layers
                .iter()
                .find(|state| state.layer == layer)
                .unwrap();
            let says = state.alone.is_some() || !confinement.not_stopped.is_empty();
            assert!(says, "{layer:?}");
            let whole = confinement
                .layers
                .iter()
                .filter(|state| state.alone.is_some())
                .count();
            assert!(whole <= 1, "{layer:?}");
        }
        let text = found(&[Layer::IpcNamespace]).confinement().render();
        assert!(
            text.contains("no ipc namespace: a test; shared memory and queues"),
            "{text}"
        );
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
