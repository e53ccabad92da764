//! `ironlatch man`: the manual page.

use clap::CommandFactory;
use clap_mangen::Man;

use crate::failure::{Exit, Failure};
use crate::{Result, streams};

/// Print the manual page of the command, or of a subcommand
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ironlatch man | man -l -
  ironlatch man encrypt | man -l -
  ironlatch man > ~/.local/share/man/man1/ironlatch.1
  ironlatch man --list")]
pub(crate) struct Arguments {
    /// The subcommand, such as encrypt, or password hash
    #[arg(num_args = 0..)]
    subcommand: Vec<String>,
    /// Print the names of all pages, one on each line
    #[arg(long, conflicts_with = "subcommand")]
    list: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let mut command = crate::Arguments::command();
    command.build();
    if arguments.list {
        let mut names = Vec::new();
        collect(&command, &mut names);
        return streams::print(names.join("\n") + "\n");
    }
    let mut page = &command;
    for name in &arguments.subcommand {
        page = page.find_subcommand(name).ok_or_else(|| {
            Failure::new(Exit::Usage, format!("there is no subcommand {}", arguments.subcommand.join(" ")))
                .hint("`ironlatch man --list` lists the pages")
        })?;
    }
    let mut text = Vec::new();
    let rendered = Man::new(page.clone()).render(&mut text);
    rendered.map_err(|error| Failure::io("write", "the manual page", &error))?;
    streams::print(text)
}

/// The names of a command and its subcommands, as typed.
fn collect(command: &clap::Command, names: &mut Vec<String>) {
    names.push(command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned());
    for subcommand in command.get_subcommands() {
        collect(subcommand, names);
    }
}
