//! Progress on standard error: a bar where it is a terminal, otherwise a line every few seconds.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::events::Events;
use crate::text::{one_line, printable};

/// Whoever looks at a log hears something within this time.
const BETWEEN_LINES: Duration = Duration::from_secs(4);
/// How often the bar is drawn where nothing moves it, so that its clock goes on.
const TICK: Duration = Duration::from_millis(500);

/// So many steps, of which some are done.
#[derive(Debug)]
pub(crate) enum Progress {
    Bar(ProgressBar),
    Lines {
        sender: Option<Sender<Step>>,
        thread: Option<JoinHandle<()>>,
    },
    Quiet,
}

/// Steps that are done, and what is said of the last one.
#[derive(Debug)]
pub(crate) struct Step {
    count: u64,
    said: String,
}

impl Progress {
    /// Nothing of it is seen where `quiet`.
    pub(crate) fn new(steps: u64, quiet: bool) -> Progress {
        if quiet {
            return Progress::Quiet;
        }
        if std::io::stderr().is_terminal() {
            let bar = ProgressBar::new(steps);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {wide_msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(TICK);
            return Progress::Bar(bar);
        }
        let (sender, steps_done) = mpsc::channel();
        let lines = move || tell(steps, &steps_done, BETWEEN_LINES, &mut |line| announce(line));
        match thread::Builder::new().name("progress".to_owned()).spawn(lines) {
            Ok(thread) => Progress::Lines {
                sender: Some(sender),
                thread: Some(thread),
            },
            Err(_) => Progress::Quiet,
        }
    }

    /// So many steps are done; of the last one this is said.
    pub(crate) fn done(&self, count: u64, said: impl FnOnce() -> String) {
        match self {
            Progress::Bar(bar) => {
                bar.set_message(one_line(&said()));
                bar.inc(count);
            }
            Progress::Lines {
                sender: Some(sender), ..
            } => {
                // The thread listens for as long as there is somebody to hear.
                let _ = sender.send(Step { count, said: said() });
            }
            Progress::Lines { sender: None, .. } | Progress::Quiet => {}
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        match self {
            Progress::Bar(bar) => bar.finish_and_clear(),
            Progress::Lines { sender, thread } => {
                *sender = None;
                if let Some(thread) = thread.take() {
                    let _ = thread.join();
                }
            }
            Progress::Quiet => {}
        }
    }
}

/// The first step at once, then where things stand after every interval, whether something was done in it or not.
fn tell(steps: u64, done: &Receiver<Step>, interval: Duration, say: &mut dyn FnMut(&str)) {
    let start = Instant::now();
    let mut count = 0;
    let mut last = String::new();
    let mut due = start + interval;
    loop {
        match done.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(step) => {
                let first = count == 0;
                count += step.count;
                last = step.said;
                // Of a single step the result follows.
                if first && count < steps {
                    say(&format!("{count} of {steps}: {last}"));
                }
                if Instant::now() < due {
                    continue;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let seconds = start.elapsed().as_secs();
        match count {
            0 => say(&format!("0 of {steps} after {seconds} s")),
            _ => say(&format!(
                "{count} of {steps} after {seconds} s; the last one: {last}"
            )),
        }
        due = Instant::now() + interval;
    }
}

/// Says that something takes long. Whatever is in the message, nothing of it acts.
pub fn announce(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", printable(message));
}

/// Events of the library, each as a line.
pub(crate) fn events() -> Events {
    Events::to(|event| announce(&event.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(said: &str) -> Step {
        Step {
            count: 1,
            said: said.to_owned(),
        }
    }

    #[test]
    fn the_first_step_is_told_at_once_and_the_others_together() {
        let (sender, receiver) = mpsc::channel();
        for said in ["first", "second", "third"] {
            sender.send(step(said)).unwrap();
        }
        drop(sender);
        let mut lines = Vec::new();
        tell(3, &receiver, Duration::from_secs(3600), &mut |line| {
            lines.push(line.to_owned());
        });
        assert_eq!(lines, ["1 of 3: first"]);
    }

    #[test]
    fn a_single_step_is_not_told() {
        let (sender, receiver) = mpsc::channel();
        sender.send(step("only")).unwrap();
        drop(sender);
        tell(1, &receiver, Duration::from_secs(3600), &mut |line| {
            panic!("{line}")
        });
    }

    #[test]
    fn silence_is_broken_though_nothing_is_done() {
        let (sender, receiver) = mpsc::channel();
        let mut sender = Some(sender);
        let mut lines = Vec::new();
        // The line itself is the event that ends the wait.
        tell(2, &receiver, Duration::from_millis(1), &mut |line| {
            lines.push(line.to_owned());
            match lines.len() {
                1 => sender.as_ref().unwrap().send(step("one")).unwrap(),
                2 => {}
                _ => sender = None,
            }
        });
        assert!(lines[0].starts_with("0 of 2 after "), "{lines:?}");
        assert_eq!(lines[1], "1 of 2: one");
        assert!(
            lines[2].starts_with("1 of 2 after ") && lines[2].ends_with("the last one: one"),
            "{lines:?}"
        );
    }
}
