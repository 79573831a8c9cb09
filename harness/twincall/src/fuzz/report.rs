//! What a run of generated pairs came to: counts and causes. Nothing in it grows with the number of pairs.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use twincall_abi::target::Target;

use super::cause::Cause;
use super::outcome::Outcome;
use super::plan::{Kind, Spelling};
use crate::facts::{Shard, TOOL, ToolchainReport};

/// The version of the JSON that [`FuzzReport`] serialises to.
pub const SCHEMA_VERSION: u32 = 1;

/// The value of the member `verb`, by which the JSON is known from that of other verbs.
pub const VERB: &str = "fuzz";

/// So many pairs of a cause are named.
pub const EXAMPLES: usize = 3;

/// What a run came to.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FuzzReport {
    pub tool: String,
    pub verb: String,
    pub schema_version: u32,
    pub seed: u64,
    /// Pairs of the whole run, for each target.
    pub count: u64,
    /// The kinds that were asked for; empty for all.
    pub kinds: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shard: Option<Shard>,
    pub toolchains: Vec<ToolchainReport>,
    /// What the run took, and the sum over the parts of a divided one.
    pub seconds: f64,
    pub targets: Vec<TargetReport>,
    /// What did not come out as wanted, by cause: first what is wrong, then the most frequent.
    pub causes: Vec<CauseReport>,
}

/// The counts of one target.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TargetReport {
    pub target: Target,
    /// Pairs that were judged or should have been.
    pub pairs: u64,
    /// Pairs that came out otherwise alone than among others in one fixture. What they do alone is what counts.
    pub in_company: u64,
    pub correct: Counts,
    /// Kinds of mistakes of which a pair was drawn.
    pub kinds: Vec<KindRow>,
    /// Ways of writing that a correct pair has.
    pub spellings: Vec<SpellingRow>,
}

/// How often each outcome occurred; those that did not occur are left out.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counts(pub BTreeMap<Outcome, u64>);

impl Counts {
    /// How often an outcome occurred.
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.0.get(&outcome).copied().unwrap_or(0)
    }

    /// All pairs.
    pub fn sum(&self) -> u64 {
        self.0.values().sum()
    }

    fn add(&mut self, outcome: Outcome, count: u64) {
        *self.0.entry(outcome).or_default() += count;
    }

    pub(super) fn merge(&mut self, other: &Counts) {
        for (outcome, count) in &other.0 {
            self.add(*outcome, *count);
        }
    }
}

/// The pairs with one kind of mistake.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KindRow {
    pub kind: String,
    pub counts: Counts,
}

/// The correct pairs that are written in one way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SpellingRow {
    pub spelling: String,
    pub pairs: u64,
    pub accused: u64,
}

/// Pairs that did not come out as wanted for the same cause.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CauseReport {
    #[serde(flatten)]
    pub cause: Cause,
    pub pairs: u64,
    /// The first of them by number.
    pub examples: Vec<u64>,
    /// Ways of writing that all of them have.
    pub spellings: BTreeSet<String>,
    /// The command that shows the first of them.
    pub command: String,
    /// The smallest pair found that shows the same as the first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub smallest: Option<Smallest>,
}

/// A pair as it can be read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Smallest {
    pub number: u64,
    pub c: String,
    pub rust: String,
    /// What was said of it, in a few lines.
    pub said: Vec<String>,
}

/// What became of one pair.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) kind: Option<Kind>,
    pub(super) spellings: BTreeSet<Spelling>,
    pub(super) outcome: Outcome,
    pub(super) cause: Option<Cause>,
    pub(super) in_company: bool,
}

impl TargetReport {
    pub(super) fn new(target: Target) -> TargetReport {
        TargetReport {
            target,
            pairs: 0,
            in_company: 0,
            correct: Counts::default(),
            kinds: Vec::new(),
            spellings: Vec::new(),
        }
    }

    fn kind(&mut self, kind: &str) -> &mut Counts {
        let at = self.kinds.binary_search_by(|row| row.kind.as_str().cmp(kind));
        let at = at.unwrap_or_else(|at| {
            let row = KindRow {
                kind: kind.to_owned(),
                counts: Counts::default(),
            };
            self.kinds.insert(at, row);
            at
        });
        &mut self.kinds[at].counts
    }

    fn spelling(&mut self, spelling: &str) -> &mut SpellingRow {
        let at = self
            .spellings
            .binary_search_by(|row| row.spelling.as_str().cmp(spelling));
        let at = at.unwrap_or_else(|at| {
            let row = SpellingRow {
                spelling: spelling.to_owned(),
                pairs: 0,
                accused: 0,
            };
            self.spellings.insert(at, row);
            at
        });
        &mut self.spellings[at]
    }

    pub(super) fn add(&mut self, row: &Row) {
        self.pairs += 1;
        self.in_company += u64::from(row.in_company);
        match row.kind {
            Some(kind) => self.kind(kind.id()).add(row.outcome, 1),
            None => self.correct.add(row.outcome, 1),
        }
        if row.kind.is_none() && row.outcome != Outcome::NotApplicable {
            for spelling in &row.spellings {
                let counted = self.spelling(spelling.id());
                counted.pairs += 1;
                counted.accused += u64::from(row.outcome == Outcome::Accused);
            }
        }
    }

    pub(super) fn merge(&mut self, other: &TargetReport) {
        self.pairs += other.pairs;
        self.in_company += other.in_company;
        self.correct.merge(&other.correct);
        for row in &other.kinds {
            self.kind(&row.kind).merge(&row.counts);
        }
        for row in &other.spellings {
            let mine = self.spelling(&row.spelling);
            mine.pairs += row.pairs;
            mine.accused += row.accused;
        }
    }

    /// The counts of all pairs, correct and mistaken.
    pub fn all(&self) -> Counts {
        let mut all = self.mistaken();
        all.merge(&self.correct);
        all
    }

    /// The counts of all mistaken pairs.
    pub fn mistaken(&self) -> Counts {
        let mut all = Counts::default();
        for row in &self.kinds {
            all.merge(&row.counts);
        }
        all
    }
}

impl CauseReport {
    fn new(cause: Cause) -> CauseReport {
        CauseReport {
            cause,
            pairs: 0,
            examples: Vec::new(),
            spellings: BTreeSet::new(),
            command: String::new(),
            smallest: None,
        }
    }

    /// Takes in others of the same cause.
    fn merge(&mut self, other: &CauseReport) {
        if self.pairs == 0 {
            self.spellings.clone_from(&other.spellings);
        } else {
            self.spellings
                .retain(|spelling| other.spellings.contains(spelling));
        }
        self.pairs += other.pairs;
        self.examples.extend(&other.examples);
        self.examples.sort_unstable();
        self.examples.truncate(EXAMPLES);
        if let Some(theirs) = &other.smallest
            && self
                .smallest
                .as_ref()
                .is_none_or(|mine| theirs.number < mine.number)
        {
            self.smallest = Some(theirs.clone());
        }
    }
}

/// Causes while they are collected.
#[derive(Debug, Default)]
pub(super) struct Causes(BTreeMap<Cause, CauseReport>);

impl Causes {
    pub(super) fn add(&mut self, row: &Row) {
        let Some(cause) = &row.cause else { return };
        let mut one = CauseReport::new(cause.clone());
        one.pairs = 1;
        one.examples.push(row.number);
        one.spellings = row
            .spellings
            .iter()
            .map(|spelling| spelling.id().to_owned())
            .collect();
        self.merge(&one);
    }

    pub(super) fn merge(&mut self, other: &CauseReport) {
        let known = self
            .0
            .entry(other.cause.clone())
            .or_insert_with(|| CauseReport::new(other.cause.clone()));
        known.merge(other);
    }

    /// What is wrong first, and the most frequent first.
    pub(super) fn finish(self, seed: u64, kinds: &[String]) -> Vec<CauseReport> {
        let mut all: Vec<CauseReport> = self.0.into_values().collect();
        all.sort_by_key(|one| (!one.cause.outcome.is_wrong(), std::cmp::Reverse(one.pairs)));
        for one in &mut all {
            if let Some(first) = one.examples.first() {
                one.command = command(seed, kinds, *first, one.cause.target);
            }
        }
        all
    }
}

/// The command that shows one pair alone. What is drawn depends on the kinds that were asked for.
pub fn command(seed: u64, kinds: &[String], number: u64, target: Target) -> String {
    let kinds = match kinds.is_empty() {
        true => String::new(),
        false => format!(" --kinds {}", kinds.join(",")),
    };
    format!(
        "twincall fuzz --seed {seed}{kinds} --number {number} --target {}",
        target.short()
    )
}

impl FuzzReport {
    pub(super) fn new(
        seed: u64,
        count: u64,
        kinds: Vec<String>,
        toolchains: Vec<ToolchainReport>,
    ) -> FuzzReport {
        FuzzReport {
            tool: TOOL.to_owned(),
            verb: VERB.to_owned(),
            schema_version: SCHEMA_VERSION,
            seed,
            count,
            kinds,
            shard: None,
            toolchains,
            seconds: 0.0,
            targets: Vec::new(),
            causes: Vec::new(),
        }
    }

    /// The counts over all targets.
    pub fn all(&self) -> Counts {
        let mut all = Counts::default();
        for target in &self.targets {
            all.merge(&target.all());
        }
        all
    }

    /// Pairs times targets.
    pub fn judged(&self) -> u64 {
        self.targets.iter().map(|target| target.pairs).sum()
    }

    /// Whether something was missed, accused or contradictory.
    pub fn is_wrong(&self) -> bool {
        self.all().0.keys().any(|outcome| outcome.is_wrong())
    }

    /// Whether something could not be built or run.
    pub fn is_incomplete(&self) -> bool {
        self.all().of(Outcome::Failed) > 0
    }

    /// What the run came to in one line.
    pub fn answer(&self) -> String {
        let all = self.all();
        let judged = self.judged();
        let parts: Vec<String> = [
            (Outcome::Accused, "accused"),
            (Outcome::Contradiction, "contradictory"),
            (Outcome::Missed, "missed"),
            (Outcome::Failed, "not built or run"),
            (Outcome::Refused, "not compared"),
            (Outcome::Elsewhere, "told at another place"),
            (Outcome::Vague, "told without a place"),
            (Outcome::Unproven, "correct and not promised by a clause"),
        ]
        .into_iter()
        .filter(|(outcome, _)| all.of(*outcome) > 0)
        .map(|(outcome, words)| format!("{} {words}", all.of(outcome)))
        .collect();
        match parts.is_empty() {
            true => format!("all {judged} pairs as wanted"),
            false => format!("of {judged} pairs {}", parts.join(", ")),
        }
    }
}
