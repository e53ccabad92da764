//! Reads valgrind's log of one case.

/// Lines of the log that are shown of a case.
const SHOWN: usize = 40;

/// Marks a line as one about the way from `main` to the case.
const RUNTIME: [&str; 6] = ["FnOnce", "/core/src/", "panicking.rs", "panic.rs", "rt.rs", "main"];

/// The line in the log that begins the section of a case.
pub fn heading(case: &str) -> String {
    format!("case: {case}")
}

/// Prints the section of `case`, without valgrind's prefixes.
pub fn print_section(log: &str, case: &str) {
    let text = std::fs::read_to_string(log).unwrap_or_else(|error| format!("cannot read {log}: {error}"));
    let heading = heading(case);
    let section = text.lines().skip_while(|line| !line.ends_with(&heading)).skip(1);
    let section =
        section.take_while(|line| !line.contains("case: ")).filter(|line| !RUNTIME.iter().any(|of| line.contains(of)));
    for line in section.take(SHOWN) {
        println!("      | {}", line.rsplit("== ").next().unwrap_or(line));
    }
}
