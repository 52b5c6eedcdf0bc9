//! The slot engine on a made-up host, as often as asked, for `cargo xtask bench engine` to count its instructions; and
//! beside it the merge loop that one would write by hand for the same question.
//!
//! `bench-engine WHAT HOSTS DAYS BUSY TIMES`: WHAT is `engine` or `loop`, who answer for every host so many times;
//! `clock`, which lets them take turns and prints how long they took; or `check`, which fails where they differ.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measuring program prints what it measured"
)]

mod merge_loop;
mod scene;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use timetap_core::slots::{Slot, offer_slots};

use scene::Scene;

/// Answers for a scene.
type Answer = fn(&Scene) -> Vec<Slot>;

fn by_engine(scene: &Scene) -> Vec<Slot> {
    offer_slots(&scene.rules, &scene.calendar(), scene.duration, scene.range, scene.now)
}

fn by_loop(scene: &Scene) -> Vec<Slot> {
    merge_loop::free_slots(&scene.rules, &scene.calendar(), scene.duration, scene.range, scene.now)
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(complaint) => {
            eprintln!("{complaint}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> Result<String, String> {
    let usage = || "usage: bench-engine engine|loop|clock|check HOSTS DAYS BUSY TIMES".to_owned();
    let [what, numbers @ ..] = words else {
        return Err(usage());
    };
    let numbers: Vec<u32> = numbers.iter().filter_map(|word| word.parse().ok()).collect();
    let [hosts, days, busy, times] = numbers[..] else {
        return Err(usage());
    };
    let scenes: Vec<Scene> = (0..hosts).map(|host| Scene::new(host, days, busy)).collect();
    match what.as_str() {
        "engine" => Ok(rounds(&scenes, by_engine, times).to_string()),
        "loop" => Ok(rounds(&scenes, by_loop, times).to_string()),
        "clock" => Ok(clock(&scenes, times)),
        "check" if scenes.iter().all(|scene| by_loop(scene) == by_engine(scene)) => Ok("the same".to_owned()),
        "check" => Err("the loop and the engine offer different slots".to_owned()),
        _ => Err(usage()),
    }
}

/// Asks about all scenes so many times; how many slots there were in all.
fn rounds(scenes: &[Scene], answer: Answer, times: u32) -> usize {
    let all = scenes.iter().cycle().take(scenes.len() * times as usize);
    all.map(|scene| black_box(answer(black_box(scene))).len()).sum()
}

/// The medians of `times` rounds each, taken in turns, as figures.
fn clock(scenes: &[Scene], times: u32) -> String {
    let mut took = [Vec::new(), Vec::new()];
    for _ in 0..times.max(1) {
        for (answer, took) in [by_loop as Answer, by_engine].into_iter().zip(&mut took) {
            let started = Instant::now();
            black_box(rounds(scenes, answer, 1));
            took.push(started.elapsed().as_nanos());
        }
    }
    let [by_loop, by_engine] = took.map(|mut took| {
        took.sort_unstable();
        took[took.len() / 2]
    });
    let micros = |nanos: u128| format!("{}.{:03}", nanos / 1000, nanos % 1000);
    format!(
        "figure\tnone\ta month by a merge loop, on the clock\t{}\tµs\n\
         figure\tnone\ta month by the engine, on the clock\t{}\tµs",
        micros(by_loop),
        micros(by_engine)
    )
}
