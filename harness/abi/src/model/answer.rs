//! Answers of the model, and how a doubt about a part becomes a doubt about the whole.

use serde::Serialize;

use super::clauses::Clause;

/// More readings than this say nothing to anyone.
const MOST_READINGS: usize = 8;

/// What the text says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer<T> {
    Settled(T),
    /// The text allows several readings, or text and practice part. At least two.
    Ambiguous {
        readings: Vec<Reading<T>>,
    },
    /// Not covered, with the reason for the reader.
    Unsupported(String),
}

/// One way to read the text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Reading<T> {
    pub value: T,
    /// Who reads it so: `gcc`, `clang`, `the text`, `practice`; joined by commas where readings of several
    /// parts come together.
    pub by: String,
    /// The clause on which the readings part, as this reader has it.
    pub clause: Clause,
}

impl<T> Answer<T> {
    pub(super) fn unsupported(reason: impl Into<String>) -> Answer<T> {
        Answer::Unsupported(reason.into())
    }

    /// The value, if the text has one reading only.
    pub fn settled(self) -> Option<T> {
        match self {
            Answer::Settled(value) => Some(value),
            Answer::Ambiguous { .. } | Answer::Unsupported(_) => None,
        }
    }

    /// Every value that some reading allows.
    pub fn values(&self) -> Vec<&T> {
        match self {
            Answer::Settled(value) => vec![value],
            Answer::Ambiguous { readings } => readings.iter().map(|reading| &reading.value).collect(),
            Answer::Unsupported(_) => Vec::new(),
        }
    }

    /// Applies a function to the value of every reading.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> Answer<U> {
        match self {
            Answer::Settled(value) => Answer::Settled(change(value)),
            Answer::Ambiguous { readings } => Answer::Ambiguous {
                readings: readings
                    .into_iter()
                    .map(|Reading { value, by, clause }| Reading {
                        value: change(value),
                        by,
                        clause,
                    })
                    .collect(),
            },
            Answer::Unsupported(reason) => Answer::Unsupported(reason),
        }
    }

    /// Asks a further question of every reading. A reader that both questions know answers both; readers of
    /// different questions are combined.
    pub fn and_then<U>(self, mut ask: impl FnMut(T) -> Answer<U>) -> Answer<U> {
        let readings = match self {
            Answer::Settled(value) => return ask(value),
            Answer::Unsupported(reason) => return Answer::Unsupported(reason),
            Answer::Ambiguous { readings } => readings,
        };
        let mut all = Vec::new();
        for Reading { value, by, clause } in readings {
            match ask(value) {
                Answer::Unsupported(reason) => return Answer::Unsupported(reason),
                Answer::Settled(value) => all.push(Reading { value, by, clause }),
                Answer::Ambiguous { mut readings } => {
                    if let Some(own) = readings.iter().position(|inner| inner.by == by) {
                        let value = readings.swap_remove(own).value;
                        all.push(Reading { value, by, clause });
                        continue;
                    }
                    for inner in readings {
                        let by = format!("{by}, {}", inner.by);
                        all.push(Reading {
                            value: inner.value,
                            by,
                            clause,
                        });
                    }
                }
            }
        }
        if all.len() > MOST_READINGS {
            return Answer::Unsupported(format!("more than {MOST_READINGS} readings of the text"));
        }
        Answer::of_readings(all)
    }

    /// Both answers at once.
    pub fn zip<U: Clone>(self, other: Answer<U>) -> Answer<(T, U)>
    where
        T: Clone,
    {
        self.and_then(|value| other.clone().map(|second| (value.clone(), second)))
    }

    /// Readings that are known to differ.
    pub(super) fn of_readings(mut readings: Vec<Reading<T>>) -> Answer<T> {
        match readings.len() {
            0 => Answer::unsupported("a text that nobody reads"),
            1 => Answer::Settled(readings.swap_remove(0).value),
            _ => Answer::Ambiguous { readings },
        }
    }
}

impl<T: PartialEq> Answer<T> {
    /// Settles readings that came to one value after all.
    pub fn agreed(self) -> Answer<T> {
        match self {
            Answer::Ambiguous { mut readings } => {
                let same = readings.windows(2).all(|pair| pair[0].value == pair[1].value);
                if same && !readings.is_empty() {
                    Answer::Settled(readings.swap_remove(0).value)
                } else {
                    Answer::Ambiguous { readings }
                }
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::clauses::{C_PROMOTIONS, SYSV_CLASSES};
    use super::*;

    fn two(by: [&str; 2], values: [u32; 2]) -> Answer<u32> {
        Answer::Ambiguous {
            readings: (0..2)
                .map(|i| Reading {
                    value: values[i],
                    by: by[i].to_owned(),
                    clause: SYSV_CLASSES,
                })
                .collect(),
        }
    }

    fn readers<T>(answer: &Answer<T>) -> Vec<&str> {
        match answer {
            Answer::Ambiguous { readings } => readings.iter().map(|reading| reading.by.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_reader_of_two_parts_reads_both() {
        let both = two(["gcc", "clang"], [1, 2]).zip(two(["gcc", "clang"], [10, 20]));
        assert_eq!(both.values(), [&(1, 10), &(2, 20)]);
        assert_eq!(readers(&both), ["gcc", "clang"]);
    }

    #[test]
    fn readers_of_different_parts_are_combined() {
        let both = two(["gcc", "clang"], [1, 2]).zip(two(["the text", "practice"], [10, 20]));
        assert_eq!(both.values().len(), 4);
        assert_eq!(readers(&both)[1], "gcc, practice");
        let eight = both.zip(two(["a", "b"], [0, 1]));
        assert_eq!(eight.values().len(), MOST_READINGS, "as many as are told");
        let more = eight.zip(two(["c", "d"], [0, 1]));
        assert!(matches!(more, Answer::Unsupported(_)));
    }

    #[test]
    fn equal_readings_settle_and_reasons_pass_through() {
        let same = two(["gcc", "clang"], [1, 2]).map(|_| 7).agreed();
        assert_eq!(same, Answer::Settled(7));
        let none: Answer<u32> = Answer::unsupported("no");
        assert_eq!(none.map(|value| value + 1), Answer::Unsupported("no".to_owned()));
        assert_eq!(two(["gcc", "clang"], [1, 2]).settled(), None);
        assert_ne!(SYSV_CLASSES, C_PROMOTIONS);
    }

    #[test]
    fn one_reading_is_an_answer_and_none_is_not_covered() {
        let Answer::Ambiguous { readings } = two(["gcc", "clang"], [1, 2]) else {
            panic!("two readings");
        };
        let of = |count| Answer::of_readings(readings[..count].to_vec());
        assert!(matches!(of(0), Answer::Unsupported(_)));
        assert_eq!(of(1), Answer::Settled(1));
        assert_eq!(of(2), two(["gcc", "clang"], [1, 2]));
        let parted = two(["gcc", "clang"], [1, 2]);
        assert_eq!(parted.clone().agreed(), parted);
        let nobody = Answer::<u32>::Ambiguous { readings: vec![] };
        assert_eq!(nobody.clone().agreed(), nobody);
        assert!(matches!(nobody.and_then(Answer::Settled), Answer::Unsupported(_)));
    }
}
