//! Requests from pages of another origin (socket.io/docs/v4/handling-cors, fetch.spec.whatwg.org).

use crate::realtime::http::{Headers, Request, Response};

/// Which origins are let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedOrigins {
    /// Every one; the answer says `*`.
    Any,
    /// This one; the answer always names it.
    One(String),
    /// Each of a list, or every one; the answer repeats the origin of the request.
    Listed(Vec<String>),
    /// Whatever asks; the answer repeats the origin of the request.
    Reflected,
}

/// What is said to pages of other origins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cors {
    /// Which origins are let in.
    pub origins: AllowedOrigins,
    /// Which methods, separated by commas.
    pub methods: String,
    /// Whether cookies may be sent.
    pub credentials: bool,
    /// Which header fields a request may have; without a list those that it asks for.
    pub allowed_headers: Option<String>,
    /// Which header fields a page may read, if any.
    pub exposed_headers: Option<String>,
    /// For how many seconds the answer holds.
    pub max_age: Option<u64>,
}

impl Default for Cors {
    fn default() -> Cors {
        Cors {
            origins: AllowedOrigins::Any,
            methods: "GET,HEAD,PUT,PATCH,POST,DELETE".to_owned(),
            credentials: false,
            allowed_headers: None,
            exposed_headers: None,
            max_age: None,
        }
    }
}

impl Cors {
    /// The fields that every answer has.
    pub fn headers(&self, request: &Request) -> Headers {
        let mut headers = Headers::default();
        let origin = request.headers.get("Origin");
        let allowed = match &self.origins {
            AllowedOrigins::Any => Some("*"),
            AllowedOrigins::One(one) => Some(one.as_str()),
            AllowedOrigins::Listed(list) => origin.filter(|origin| list.iter().any(|each| each == origin)),
            AllowedOrigins::Reflected => origin,
        };
        if let Some(allowed) = allowed {
            headers.add("Access-Control-Allow-Origin", allowed);
        }
        if self.origins != AllowedOrigins::Any {
            headers.add("Vary", "Origin");
        }
        if self.credentials {
            headers.add("Access-Control-Allow-Credentials", "true");
        }
        if let Some(exposed) = &self.exposed_headers
            && request.method != "OPTIONS"
        {
            headers.add("Access-Control-Expose-Headers", exposed.clone());
        }
        headers
    }

    /// The answer to the request that a browser sends before the real one.
    pub fn preflight(&self, request: &Request) -> Response {
        let mut headers = self.headers(request);
        headers.add("Access-Control-Allow-Methods", self.methods.clone());
        let asked = request.headers.get("Access-Control-Request-Headers");
        if self.allowed_headers.is_none() {
            headers.add("Vary", "Access-Control-Request-Headers");
        }
        if let Some(allowed) = self.allowed_headers.as_deref().or(asked) {
            headers.add("Access-Control-Allow-Headers", allowed);
        }
        if let Some(seconds) = self.max_age {
            headers.add("Access-Control-Max-Age", seconds.to_string());
        }
        if let Some(exposed) = &self.exposed_headers {
            headers.add("Access-Control-Expose-Headers", exposed.clone());
        }
        Response { status: 204, headers, body: Vec::new() }
    }
}
