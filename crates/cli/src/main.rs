//! The `ironlatch` command.
fn main() -> std::process::ExitCode {
    ironlatch_cli::run(std::env::args_os(), None).into()
}
