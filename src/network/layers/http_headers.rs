//! Header fields by their names in Wireshark.

/// The names under which Wireshark filters header fields; what is not here is a line like any other.
const KNOWN: &[(&str, &str)] = &[
    ("accept", "http.accept"),
    ("accept-encoding", "http.accept_encoding"),
    ("accept-language", "http.accept_language"),
    ("authorization", "http.authorization"),
    ("cache-control", "http.cache_control"),
    ("connection", "http.connection"),
    ("content-encoding", "http.content_encoding"),
    ("content-length", "http.content_length_header"),
    ("content-type", "http.content_type"),
    ("cookie", "http.cookie"),
    ("date", "http.date"),
    ("host", "http.host"),
    ("http2-settings", "http.http2_settings"),
    ("last-modified", "http.last_modified"),
    ("location", "http.location"),
    ("referer", "http.referer"),
    ("sec-websocket-accept", "http.sec_websocket_accept"),
    ("sec-websocket-extensions", "http.sec_websocket_extensions"),
    ("sec-websocket-key", "http.sec_websocket_key"),
    ("sec-websocket-protocol", "http.sec_websocket_protocol"),
    ("sec-websocket-version", "http.sec_websocket_version"),
    ("server", "http.server"),
    ("set-cookie", "http.set_cookie"),
    ("transfer-encoding", "http.transfer_encoding"),
    ("upgrade", "http.upgrade"),
    ("user-agent", "http.user_agent"),
    ("www-authenticate", "http.www_authenticate"),
    ("x-forwarded-for", "http.x_forwarded_for"),
];

/// The name of a header field, compared without regard to case (RFC 9110 section 5.1).
pub fn filter(name: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|&(_, filter)| filter)
}

/// What a status code is called (RFC 9110 section 15).
pub const fn status_name(code: u16) -> Option<&'static str> {
    Some(match code {
        100 => "Continue",
        101 => "Switching Protocols",
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Time-out",
        409 => "Conflict",
        411 => "Length Required",
        413 => "Request Entity Too Large",
        415 => "Unsupported Media Type",
        426 => "Upgrade Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Time-out",
        _ => return None,
    })
}
