//! Runs secret-dependent code under valgrind with each secret marked as undefined memory. Memcheck
//! then reports every branch and every address that depends on one: what an attacker could time.
//! `make ct` runs it; see docs/constant-time.md.
//!
//! Each case says what is to be found: nothing, or that it leaks and why that is accepted. A listed
//! leak that is not found fails as well, so the list stays true. Two planted leaks show that the
//! checker sees.

mod cases;
mod report;

use std::process::ExitCode;

use ironlatch_engine::ct;

use cases::{Case, Expect};

fn main() -> ExitCode {
    if !ct::is_running() {
        eprintln!("this runs under valgrind: make ct");
        return ExitCode::from(2);
    }
    let mut arguments = std::env::args().skip(1);
    let log = arguments.next().expect("the path of valgrind's log");
    let only = arguments.next();
    let mut failed = 0;
    for group in cases::groups() {
        println!("{}", group.title);
        for case in group.cases {
            if only.as_ref().is_some_and(|only| !case.name.contains(only.as_str())) {
                continue;
            }
            failed += usize::from(!run(&case, &log));
        }
    }
    match failed {
        0 => ExitCode::SUCCESS,
        _ => {
            println!("\n{failed} of the cases are not as they should be; the whole log of valgrind is {log}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the case is as expected.
fn run(case: &Case, log: &str) -> bool {
    ct::log(&report::heading(case.name));
    let before = ct::count_errors();
    (case.run)();
    let found = ct::count_errors() - before;
    let (verdict, detail) = match (case.expect, found) {
        (Expect::Clean, 0) => ("ok", String::new()),
        (Expect::Clean, _) => ("LEAKS", format!(": {found} times")),
        (Expect::Decisions(allowed, why), _) if found == allowed => ("ok", format!(" ({why})")),
        (Expect::Decisions(allowed, _), _) => ("LEAKS", format!(": {found} times, of which {allowed} are decisions")),
        (Expect::Leaks(_), 0) => ("CLEAN", ", although it is listed as one that leaks".into()),
        (Expect::Leaks(why), _) => ("excepted", format!(" ({why})")),
    };
    println!("  {verdict:<9} {}{detail}", case.name);
    let as_expected = matches!(verdict, "ok" | "excepted");
    if !as_expected {
        report::print_section(log, case.name);
    }
    as_expected
}
