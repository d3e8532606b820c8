use std::fmt;

/// A version of a tool: three numbers; what follows them (`-nightly`, `+build`) is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32, pub u32);

impl Version {
    /// The first version in what a tool prints: `v20.20.2`, `cargo 1.95.0 (f2d3ce0bd 2026-03-21)`, `1.88`.
    pub fn find_in(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(Self::from_word)
    }

    fn from_word(word: &str) -> Option<Self> {
        let numbers = word.strip_prefix('v').unwrap_or(word);
        let numbers = numbers.split(['-', '+']).next()?;
        let mut parts = numbers.split('.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?.parse().ok()?;
        let patch = parts.next().map_or(Some(0), |part| part.parse().ok())?;
        parts.next().is_none().then_some(Self(major, minor, patch))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// The version that a Cargo.lock names for a package.
pub fn in_lock_file(lock: &str, package: &str) -> Option<Version> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    Version::find_in(lines.next()?.strip_prefix("version = ")?.trim_matches('"'))
}

/// The value of a key in a table of a Cargo.toml, without quotation marks: `("package", "version")`.
pub fn in_manifest<'a>(manifest: &'a str, table: &str, key: &str) -> Option<&'a str> {
    manifest
        .lines()
        .skip_while(|line| line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) != Some(table))
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = "))
        .find(|(name, _)| *name == key)
        .map(|(_, value)| value.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_as_the_tools_print_them() {
        assert_eq!(Version::find_in("v20.20.2\n"), Some(Version(20, 20, 2)));
        assert_eq!(Version::find_in("cargo 1.95.0 (f2d3ce0bd 2026-03-21)"), Some(Version(1, 95, 0)));
        assert_eq!(Version::find_in("rustc 1.97.0-nightly (0a1b2c3d4 2026-04-01)"), Some(Version(1, 97, 0)));
        assert_eq!(Version::find_in("wasm-bindgen 0.2.129"), Some(Version(0, 2, 129)));
        assert_eq!(Version::find_in("wasm-bindgen 0.2.92 (2a4a49362)"), Some(Version(0, 2, 92)));
        assert_eq!(Version::find_in("1.88"), Some(Version(1, 88, 0)));
        assert_eq!(Version::find_in("command not found"), None);
    }

    #[test]
    fn versions_are_ordered_by_number() {
        assert!(Version(20, 9, 0) < Version(20, 19, 0));
        assert!(Version(1, 100, 0) > Version(1, 88, 5));
    }

    #[test]
    fn a_lock_file_names_a_package_exactly() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.79\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\ndependencies = []\n";
        assert_eq!(in_lock_file(lock, "wasm-bindgen"), Some(Version(0, 2, 129)));
        assert_eq!(in_lock_file(lock, "js-sys"), None);
    }

    #[test]
    fn a_manifest_is_read_table_by_table() {
        let manifest = "[package]\nname = \"queuescope\"\nversion = \"0.1.0\"\n\n[lib]\ndescription = \"no\"\n\n\
            [profile.browser]\ninherits = \"release\"\nopt-level = 3\n";
        assert_eq!(in_manifest(manifest, "package", "version"), Some("0.1.0"));
        assert_eq!(in_manifest(manifest, "package", "description"), None);
        assert_eq!(in_manifest(manifest, "profile.browser", "opt-level"), Some("3"));
    }
}
