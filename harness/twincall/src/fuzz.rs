//! Whole pairs by the dice, sent through the same pipeline as the pairs of a project.

pub mod plan;
