//! Requests and responses, apart from their bytes.

/// Header fields in their order. Names are compared without regard to case (RFC 9110 section 5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The value of the first field of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The values of all fields of that name, in order.
    pub fn all(&self, name: &str) -> std::vec::IntoIter<&str> {
        let mut values = Vec::new();
        for (each, value) in &self.0 {
            if each.eq_ignore_ascii_case(name) {
                values.push(value.as_str());
            }
        }
        values.into_iter()
    }

    /// The members of a list, which may stand in one field or in several (RFC 9110 section 5.6.1).
    pub fn members(&self, name: &str) -> std::vec::IntoIter<&str> {
        let mut members = Vec::new();
        for value in self.all(name) {
            for member in value.split(',') {
                let member = member.trim_matches([' ', '\t']);
                if !member.is_empty() {
                    members.push(member);
                }
            }
        }
        members.into_iter()
    }

    /// Whether a list has that member, in any case of letters.
    pub fn has_member(&self, name: &str, wanted: &str) -> bool {
        self.members(name).any(|member| member.eq_ignore_ascii_case(wanted))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a field after the others.
    pub fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Takes all fields of that name away.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(each, _)| !each.eq_ignore_ascii_case(name));
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Headers {
        let mut headers = Headers::default();
        for (name, value) in fields {
            headers.add(name, value);
        }
        headers
    }
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query, such as `/socket.io/?EIO=4&transport=polling`.
    pub target: String,
    /// Header fields. What frames the message (`Content-Length`, `Transfer-Encoding`) is added when it is written.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
}

/// A response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code, such as 200.
    pub status: u16,
    /// Header fields, without those that frame the message.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// A response of a line of text.
    pub fn of_text(status: u16, text: impl Into<String>) -> Response {
        let headers = [("Content-Type", "text/plain; charset=UTF-8")].into_iter().collect();
        Response { status, headers, body: text.into().into_bytes() }
    }
}
