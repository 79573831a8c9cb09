//! What a run costs beside the compilers.
//!
//! The bare time is that of the same compiler and linker commands over the same texts at the same parallelism, made once
//! more with nothing else. Adding up how long the processes of the run itself took would count the time in which they
//! waited for a processor that the run kept busy.

use std::hint::black_box;
use std::time::Instant;

use rayon::prelude::*;

use super::batch::features_of;
use super::{ModelCheck, ModelCheckError, ModelReport, expected};
use crate::temporary;

/// Numbers of one size of a run.
#[derive(Clone, Copy, Debug)]
pub struct ModelBench {
    pub signatures: usize,
    pub checks: usize,
    /// Units, which is compiler calls.
    pub units: usize,
    /// Seconds of the whole run: drawing, writing, compiling, calling, comparing.
    pub seconds: f64,
    /// Of it, seconds until the first compiler call, in one thread.
    pub drawing: f64,
    /// Seconds of the bare compiler and linker calls.
    pub bare: f64,
    /// Processor time of the run for each unit of processor time of the bare calls: unlike the ratio of the seconds it is
    /// nearly the same on a busy machine. Zero where the system does not tell.
    pub processor_ratio: f64,
    /// Signatures that the model lowers in a second, in one thread.
    pub lowered: f64,
}

impl ModelCheck<'_> {
    /// Makes the run, then its compiler calls alone, then its lowerings alone.
    pub fn bench(&self) -> Result<ModelBench, ModelCheckError> {
        let before = processor_ticks();
        let report = self.run(&|_| {})?;
        let run_ticks = processor_ticks() - before;
        let mut again = ModelReport::default();
        let started = Instant::now();
        let prepared = self.prepare(&mut again);
        let drawing = started.elapsed().as_secs_f64();
        let jobs = self.jobs(&prepared);
        let folder = temporary::Folder::new().map_err(ModelCheckError::Scratch)?;
        let mut units = Vec::new();
        for (number, job) in jobs.iter().enumerate().filter(|(_, job)| !job.wanted.is_empty()) {
            let own = folder.path().join(number.to_string());
            std::fs::create_dir(&own).map_err(ModelCheckError::Scratch)?;
            let source = self.source(job.compiler, &job.wanted, false);
            units.push((job.compiler, source, job.opt, features_of(&job.wanted), own));
        }
        let before = processor_ticks();
        let started = Instant::now();
        let made: Vec<Result<_, _>> = units
            .par_iter()
            .map(|(compiler, source, opt, features, own)| compiler.compile(source, *opt, *features, own))
            .collect();
        let bare = started.elapsed().as_secs_f64();
        let bare_ticks = processor_ticks() - before;
        for result in made {
            // A unit that a compiler does not take is one of the known differences.
            match result {
                Ok(_) | Err(ModelCheckError::Compile { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let started = Instant::now();
        for item in &prepared.items {
            let model = expected::model(&item.generated, self.target);
            black_box(model.lower(&item.generated.signature, &item.generated.variadic));
        }
        let lowered = prepared.items.len() as f64 / started.elapsed().as_secs_f64();
        Ok(ModelBench {
            signatures: report.signatures,
            checks: report.checks.values().sum(),
            units: units.len(),
            seconds: report.seconds,
            drawing,
            bare,
            processor_ratio: run_ticks / bare_ticks.max(1.0),
            lowered,
        })
    }
}

/// Processor time that this process and the children it has waited for have used, in the unit of Linux's `/proc`.
fn processor_ticks() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in brackets, may hold spaces. Of the fields after it, 11 to 14 are utime, stime, cutime and cstime.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let times = fields.split_whitespace().skip(11).take(4);
    times.filter_map(|time| time.parse::<f64>().ok()).sum()
}

impl ModelBench {
    /// Milliseconds of the run for each signature.
    pub fn cost(&self) -> f64 {
        1000.0 * self.seconds / self.signatures.max(1) as f64
    }

    /// One line for people.
    pub fn render(&self) -> String {
        format!(
            "{} signatures, {} checks, {} units: {:.1} s, {:.0} checks a second, {:.2} ms a signature; \
             bare compilers {:.1} s, ratio {:.2} ({:.2} by processor time); drawing {:.1} s; {:.0} lowerings a second in one thread",
            self.signatures,
            self.checks,
            self.units,
            self.seconds,
            self.checks as f64 / self.seconds,
            self.cost(),
            self.bare,
            self.seconds / self.bare,
            self.processor_ratio,
            self.drawing,
            self.lowered,
        )
    }
}
