//! `ironlatch completions`: scripts for a shell to complete the command's arguments.

use clap_complete::Shell;

use crate::{Result, streams};

/// Print the completion script for a shell
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch completions bash > ~/.local/share/bash-completion/completions/ironlatch
  ironlatch completions zsh > ~/.zfunc/_ironlatch
  ironlatch completions fish > ~/.config/fish/completions/ironlatch.fish")]
pub(crate) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments, mut command: clap::Command) -> Result {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "ironlatch", &mut script);
    streams::print(script)
}
