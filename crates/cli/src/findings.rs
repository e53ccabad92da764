//! Findings as lines for people, and as JSON for programs: of `inspect` and `cert show`.

use ironlatch::inspect::words::oid_name;
use ironlatch::inspect::{Fact, Finding, SaidExtension};
use serde_json::{Map, Value, json};

use crate::streams::{TITLE, WARNING};

/// The finding as an object. Facts that occur more than once make an array.
pub(crate) fn to_json(finding: &Finding) -> Value {
    json!({
        "kind": finding.kind, "title": finding.title, "secret": finding.secret,
        "facts": object(&finding.facts), "notes": finding.notes,
    })
}

fn object(facts: &[(&'static str, Fact)]) -> Value {
    let mut members = Map::new();
    for (name, fact) in facts {
        let value = value(fact);
        match members.get_mut(*name) {
            None => drop(members.insert((*name).into(), value)),
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = json!([first.take(), value]),
        }
    }
    Value::Object(members)
}

fn value(fact: &Fact) -> Value {
    match fact {
        Fact::Text(text) => text.as_str().into(),
        Fact::Number(number) => (*number).into(),
        Fact::Flag(flag) => (*flag).into(),
        Fact::List(items) => items.as_slice().into(),
        Fact::Extensions(extensions) => extensions.iter().map(extension).collect(),
        Fact::Groups(groups) => groups.iter().map(|facts| object(facts)).collect(),
    }
}

fn extension(extension: &SaidExtension) -> Value {
    json!({
        "oid": extension.oid.to_string(), "name": extension.oid.name(), "critical": extension.critical,
        "says": extension.says,
    })
}

/// Writes the finding as lines, with the name of the file that it is in before the first.
pub(crate) fn write(file: &str, finding: &Finding, text: &mut String) {
    let secret = if finding.secret { format!(" {WARNING}(secret){WARNING:#}") } else { String::new() };
    *text += &format!("{file}: {TITLE}{}{TITLE:#}{secret}\n", finding.title);
    write_facts(&finding.facts, 2, text);
    for note in &finding.notes {
        *text += &format!("  {WARNING}note:{WARNING:#} {note}\n");
    }
}

/// Writes the facts, indented by a number of spaces.
fn write_facts(facts: &[(&'static str, Fact)], indent: usize, text: &mut String) {
    let width = widest(facts.iter().map(|(name, _)| *name));
    for (name, fact) in facts {
        let name = name.replace('_', " ");
        let label = format!("{:indent$}{name:width$}", "");
        match fact {
            Fact::Text(line) => *text += &format!("{label}  {line}\n"),
            Fact::Number(number) => *text += &format!("{label}  {number}\n"),
            Fact::Flag(flag) => *text += &format!("{label}  {}\n", if *flag { "yes" } else { "no" }),
            Fact::List(items) => write_list(&label, items, indent + width, text),
            Fact::Extensions(extensions) => {
                *text += &format!("{:indent$}{name}\n", "");
                let titles: Vec<String> = extensions.iter().map(title).collect();
                let width = widest(titles.iter().map(String::as_str));
                for (title, extension) in titles.iter().zip(extensions) {
                    let label = format!("{:indent$}  {title:width$}", "");
                    write_list(&label, &extension.says, indent + 2 + width, text);
                }
            }
            Fact::Groups(groups) => {
                *text += &format!("{:indent$}{name}\n", "");
                for facts in groups {
                    write_facts(facts, indent + 2, text);
                }
            }
        }
    }
}

/// Writes the items one below another, the first after its label.
fn write_list(label: &str, items: &[String], width: usize, text: &mut String) {
    for (index, item) in items.iter().enumerate() {
        *text += &if index == 0 { format!("{label}  {item}\n") } else { format!("{:width$}  {item}\n", "") };
    }
}

fn title(extension: &SaidExtension) -> String {
    format!("{}{}", oid_name(&extension.oid), if extension.critical { " (critical)" } else { "" })
}

/// The width of a column of names.
fn widest<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    const WIDEST: usize = 36;
    names.map(|name| name.chars().count()).max().unwrap_or(0).min(WIDEST)
}
