//! Recorded runs of real systems, replayed (`tests/conformance/README.md`).
#![cfg(not(target_arch = "wasm32"))]

use queuescope::terminal::conformance::replay;
use std::path::{Path, PathBuf};

fn recorded(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(folder)
}

/// Replays a folder, of which so many cases are known, and requires that all agree.
fn agrees(folder: &str, known: usize) {
    let mut differences = Vec::new();
    let tally =
        replay(&[recorded(folder)], |path, what| differences.push(format!("{}: {what}", path.display())));
    let tally = tally.expect("the folder can be read");
    for (format, (passed, failed)) in &tally.formats {
        println!("{folder}, {format}: {passed} passed, {failed} failed");
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert_eq!(tally.total(), (known, 0), "cases of {folder}");
}

#[test]
fn hand_written_broker_cases_agree() {
    agrees("rabbitmq", 90);
}

#[test]
fn random_broker_cases_agree() {
    agrees("random", 12);
}

#[test]
fn further_broker_cases_agree() {
    agrees("recorded-here", 67);
}

#[test]
fn matching_tables_agree() {
    agrees("matching", 2);
}

#[test]
fn routes_after_importing_definitions_agree() {
    agrees("definitions", 1);
}

#[test]
fn socket_io_runs_agree() {
    agrees("socketio", 22);
}

#[test]
fn a_folder_that_is_missing_is_an_error() {
    assert!(replay(&[recorded("nowhere")], |_, _| {}).is_err());
}

/// Replays a recorded case in which a text has been replaced; gives passed and failed.
fn replayed_with(case: &str, text: &str, other: &str) -> (usize, usize) {
    let document = std::fs::read_to_string(recorded(case)).expect("it is there");
    let changed = document.replacen(text, other, 1);
    assert_ne!(changed, document);
    let name = format!("queuescope-conformance-{}-{}", std::process::id(), case.replace('/', "-"));
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    std::fs::write(folder.join("case.json"), changed).expect("it can be written");
    let tally = replay(std::slice::from_ref(&folder), |_, _| {}).expect("it can be read");
    std::fs::remove_dir_all(folder).expect("it can be removed");
    tally.total()
}

/// A comparison that cannot fail shows nothing: after a change to one recorded outcome the case must differ.
#[test]
fn a_changed_outcome_is_noticed() {
    for (case, text, other) in [
        ("rabbitmq/ack-multiple.json", "\"delivery_tag\":1,", "\"delivery_tag\":7,"),
        ("socketio/rooms-basic.json", "{\"ws\":\"server\",\"text\":\"42", "{\"ws\":\"client\",\"text\":\"42"),
        ("socketio/disconnect-by-server.json", "\"io server disconnect\"", "\"transport close\""),
        ("socketio/recovery-success.json", "\"recovered\":true", "\"recovered\":false"),
        ("socketio/transport-errors.json", "\"status\":400", "\"status\":403"),
    ] {
        assert_eq!(replayed_with(case, text, other), (0, 1), "{case}");
    }
}
