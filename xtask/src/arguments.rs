use crate::bench;
use crate::failure::{Failure, Outcome};

/// What `cargo xtask` prints by itself.
pub const HELP: &str = "\
Usage: cargo xtask COMMAND

  serve [--port N]  set up what is missing, build, and serve the page (port 8080)
  dist              build everything that is published into target/dist
  test              run every test there is
  screenshot        take the README's picture anew
  fuzz [TARGET] [--minutes N]
                    feed broken octets to the reader of AMQP (decoder), to whole connections (session), to a
                    gateway by hundreds of clients (sockets)
  bench [--json FILE] [--rounds N] [--only PART] [--readme]
                    measure the speed beside other programs, and print a table of ratios; --readme puts it into
                    README.md, --only takes the figures whose names contain PART
  hashes            write tests/determinism.txt anew, after a change of behaviour that is meant
  help              show this list
";

/// The port of the page unless another one is asked for.
const DEFAULT_PORT: u16 = 8080;

/// A command line, understood.
#[derive(Debug, PartialEq)]
pub enum Task {
    /// `help`, or nothing at all.
    Help,
    /// `serve [--port N]`.
    Serve { port: u16 },
    /// `dist`.
    Dist,
    /// `test`.
    Test,
    /// `screenshot`.
    Screenshot,
    /// `bench`, with what it is asked for.
    Bench(bench::Options),
    /// `hashes`.
    Hashes,
    /// `fuzz`, with words for the fuzzer.
    Fuzz { words: Vec<String> },
}

impl Task {
    /// Reads the words after `cargo xtask`.
    pub fn from_arguments(mut words: impl Iterator<Item = String>) -> Outcome<Self> {
        let Some(command) = words.next() else { return Ok(Self::Help) };
        let mut rest: Vec<String> = words.collect();
        if rest.iter().any(|word| word == "--help" || word == "-h") {
            return Ok(Self::Help);
        }
        let task = match command.as_str() {
            "help" | "--help" | "-h" => return Ok(Self::Help),
            "serve" => Self::Serve { port: take_port(&mut rest)? },
            "dist" => Self::Dist,
            "test" => Self::Test,
            "screenshot" => Self::Screenshot,
            "bench" => Self::Bench(take_bench(&mut rest)?),
            "hashes" => Self::Hashes,
            "fuzz" => Self::Fuzz { words: std::mem::take(&mut rest) },
            other => {
                return Err(Failure::new(format!(
                    "There is no command `{other}`: `cargo xtask help` lists those there are."
                )));
            }
        };
        match rest.first() {
            None => Ok(task),
            Some(word) => Err(Failure::new(format!(
                "`cargo xtask {command}` does not take `{word}`: `cargo xtask help` shows what it takes."
            ))),
        }
    }
}

/// Takes `--name VALUE` or `--name=VALUE` out of `words`; the value is empty where there is none.
fn take_value(words: &mut Vec<String>, name: &str) -> Option<String> {
    let with_value = format!("{name}=");
    let index = words.iter().position(|word| word == name || word.starts_with(&with_value))?;
    let flag = words.remove(index);
    Some(match flag.strip_prefix(&with_value) {
        Some(value) => value.to_owned(),
        None if index < words.len() => words.remove(index),
        None => String::new(),
    })
}

/// Takes what `bench` is asked for out of `words`.
fn take_bench(words: &mut Vec<String>) -> Outcome<bench::Options> {
    let mut options = bench::Options::default();
    if let Some(file) = take_value(words, "--json") {
        if file.is_empty() {
            return Err(Failure::new("`--json` takes the path of a file."));
        }
        options.json = Some(file.into());
    }
    if let Some(rounds) = take_value(words, "--rounds") {
        let number = rounds.parse().ok().filter(|rounds| (1..=1_000).contains(rounds));
        let wrong = || Failure::new(format!("`--rounds` takes a number from 1 to 1000, not `{rounds}`."));
        options.rounds = number.ok_or_else(wrong)?;
    }
    options.only = take_value(words, "--only");
    if let Some(index) = words.iter().position(|word| word == "--readme") {
        words.remove(index);
        options.readme = true;
    }
    Ok(options)
}

/// Takes the port out of `words`.
fn take_port(words: &mut Vec<String>) -> Outcome<u16> {
    let Some(value) = take_value(words, "--port") else { return Ok(DEFAULT_PORT) };
    match value.parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err(Failure::new(format!("`--port` takes a number from 1 to 65535, not `{value}`."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Outcome<Task> {
        Task::from_arguments(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn nothing_asks_for_the_list() {
        assert_eq!(read(""), Ok(Task::Help));
        assert_eq!(read("help"), Ok(Task::Help));
        assert_eq!(read("serve --help"), Ok(Task::Help));
    }

    #[test]
    fn serve_takes_a_port() {
        assert_eq!(read("serve"), Ok(Task::Serve { port: 8080 }));
        assert_eq!(read("serve --port 9000"), Ok(Task::Serve { port: 9000 }));
        assert_eq!(read("serve --port=9000"), Ok(Task::Serve { port: 9000 }));
    }

    #[test]
    fn a_wrong_port_is_named() {
        for line in ["serve --port", "serve --port 0", "serve --port 65536", "serve --port http"] {
            let Failure(sentence) = read(line).unwrap_err();
            assert!(sentence.contains("1 to 65535"), "{line}: {sentence}");
        }
    }

    #[test]
    fn bench_takes_its_options() {
        assert_eq!(read("bench"), Ok(Task::Bench(bench::Options::default())));
        let options = bench::Options {
            json: Some("a.json".into()),
            rounds: 7,
            only: Some("simjs".to_owned()),
            readme: true,
        };
        assert_eq!(read("bench --json a.json --rounds=7 --readme --only simjs"), Ok(Task::Bench(options)));
        assert!(read("bench --rounds 0").unwrap_err().0.contains("1 to 1000"));
        assert!(read("bench --json").unwrap_err().0.contains("a file"));
        assert!(read("bench --fast").unwrap_err().0.contains("`--fast`"));
    }

    #[test]
    fn an_unknown_word_is_named() {
        assert!(read("biuld").unwrap_err().0.contains("`biuld`"));
        assert!(read("dist --fast").unwrap_err().0.contains("`--fast`"));
        assert!(read("serve 9000").unwrap_err().0.contains("`9000`"));
    }
}
