//! The target of a request, taken apart.

/// The path of a target, and the parameters of its query by name. Of parameters of the same name the last
/// counts.
pub fn split(target: &str) -> (&str, Vec<(String, String)>) {
    let target = target.split('#').next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut parameters: Vec<(String, String)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name), decoded(value));
        match parameters.iter_mut().find(|(each, _)| *each == name) {
            Some((_, old)) => *old = value,
            None => parameters.push((name, value)),
        }
    }
    (path, parameters)
}

/// The value of a parameter.
pub fn parameter<'a>(parameters: &'a [(String, String)], name: &str) -> Option<&'a str> {
    parameters.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
}

/// Undoes `application/x-www-form-urlencoded`.
fn decoded(text: &str) -> String {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let hex = (*byte == b'%').then(|| after.get(..2)).flatten();
        let hex = hex.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let hex = hex.and_then(|digits| std::str::from_utf8(digits).ok());
        match (byte, hex.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (_, Some(octet)) => {
                octets.push(octet);
                rest = &after[2..];
            }
            (b'+', _) => octets.push(b' '),
            (other, _) => octets.push(*other),
        }
    }
    String::from_utf8_lossy(&octets).into_owned()
}

/// What `encodeURIComponent` of JavaScript makes of a text.
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_and_the_last_of_a_name_counts() {
        let (path, parameters) = split("/socket.io/?EIO=4&a=x%20y+z&EIO=3&b&c=%zz");
        assert_eq!(path, "/socket.io/");
        assert_eq!(parameter(&parameters, "EIO"), Some("3"));
        assert_eq!(parameter(&parameters, "a"), Some("x y z"));
        assert_eq!(parameter(&parameters, "b"), Some(""));
        assert_eq!(parameter(&parameters, "c"), Some("%zz"));
        assert_eq!(encoded("a b/ü"), "a%20b%2F%C3%BC");
    }
}
