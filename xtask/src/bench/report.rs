use std::fs;

use super::figure::{Figure, Measured};
use super::machine::Machine;
use crate::failure::{Failure, Outcome};
use crate::workshop::Workshop;

/// Between these lines the table stands in the README.
const BEGIN: &str = "<!-- benchmark: cargo xtask bench --readme -->";
const END: &str = "<!-- end of benchmark -->";

/// The figures as a table in Markdown, with the machine below it.
pub fn table(measured: &[(&Figure, Measured)], machine: &Machine) -> String {
    let mut lines = vec![
        "| figure | measured | of | must reach | aim |".to_owned(),
        "| --- | --- | --- | --- | --- |".to_owned(),
    ];
    for (figure, value) in measured {
        let mark = match (figure.is_reached(value), figure.is_aim_reached(value)) {
            (_, true) => "**",
            (true, false) => "",
            (false, false) => "~~",
        };
        let Figure { name, must, aim, .. } = figure;
        lines.push(format!(
            "| {name} | {mark}{}{mark} | {} | {} | {} |",
            figure.number(value.value),
            value.parts,
            figure.number(*must),
            figure.number(*aim),
        ));
    }
    let machine: Vec<String> = machine.iter().map(|(name, text)| format!("{name}: {text}")).collect();
    lines.push(String::new());
    lines.push(format!("Bold: the aim is reached; struck out: not what it must be. {}.", machine.join("; ")));
    lines.join("\n")
}

/// The same as JSON.
pub fn json(measured: &[(&Figure, Measured)], machine: &Machine) -> String {
    let machine: Vec<String> =
        machine.iter().map(|(name, text)| format!("    {}: {}", quoted(name), quoted(text))).collect();
    let figures: Vec<String> = measured
        .iter()
        .map(|(figure, value)| {
            let Measured { value: median, range: (least, most), parts } = value;
            format!(
                "    {{ \"figure\": {}, \"median\": {median}, \"least\": {least}, \"most\": {most}, \"of\": {}, \
                 \"must\": {}, \"aim\": {}, \"reached\": {}, \"aim_reached\": {} }}",
                quoted(figure.name),
                quoted(parts),
                figure.must,
                figure.aim,
                figure.is_reached(value),
                figure.is_aim_reached(value),
            )
        })
        .collect();
    format!(
        "{{\n  \"machine\": {{\n{}\n  }},\n  \"figures\": [\n{}\n  ]\n}}\n",
        machine.join(",\n"),
        figures.join(",\n")
    )
}

/// A text as JSON has it.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// Puts the table where the README has the last one.
pub fn put_into_readme(workshop: &Workshop, table: &str) -> Outcome {
    let path = workshop.path("README.md");
    let readme = workshop.text("README.md")?;
    let replaced = with_table(&readme, table).ok_or_else(|| {
        Failure::new(format!("README.md has no place for the table: `{BEGIN}` and `{END}`."))
    })?;
    fs::write(&path, replaced).map_err(|error| Failure::with_file("write", &path, &error))
}

fn with_table(readme: &str, table: &str) -> Option<String> {
    let (before, rest) = readme.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{table}\n\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_takes_the_place_of_the_last_one() {
        let readme = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        assert_eq!(with_table(&readme, "new"), Some(format!("a\n{BEGIN}\n\nnew\n\n{END}\nb\n")));
        assert_eq!(with_table("nothing", "new"), None);
    }
}
