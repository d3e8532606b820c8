//! Captures of real systems, every layer of every packet: more than the dissections that are kept with them.

use super::recording::read_file;
use std::path::Path;

#[test]
#[ignore = "needs tshark"]
fn recorded_captures_agree_in_every_layer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/pcap");
    let mut compared = 0;
    for file in std::fs::read_dir(folder).expect("the folder is there") {
        let path = file.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "pcap") {
            println!("{}", path.display());
            let read = read_file(&std::fs::read(&path).expect("a capture"));
            read.require_agreement(3 * read.packets.len());
            compared += 1;
        }
    }
    assert!(compared >= 5, "{compared} captures");
}
