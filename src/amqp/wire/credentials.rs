//! Who logs in: the response of `connection.start-ok` in the SASL mechanisms PLAIN and AMQPLAIN.

use super::table::write_entries;
use super::{EncodeError, ReadError, Writer, read_table_entries};
use crate::amqp::{Table, Value};
use std::fmt;

/// A user and a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The name of the user.
    pub user: String,
    /// The password.
    pub password: String,
}

/// The password is not shown.
impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Why a response says nothing about user and password.
///
/// RabbitMQ notes it in its log, with the reply codes named below, but does not send it: at this point it waits
/// 3 s and ends the TCP connection. (A wrong password is another matter: 403, if the client has the capability
/// `authentication_failure_close`.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialsError {
    /// No such mechanism; 503, "unknown authentication mechanism 'FOO'".
    UnknownMechanism,
    /// PLAIN: not NUL, user, NUL, password; 502, "response <<…>> invalid". An identity to act as, which
    /// RFC 4616 allows before the first NUL, is refused, too.
    Plain,
    /// AMQPLAIN: the table cannot be read.
    Table(ReadError),
    /// AMQPLAIN: no LOGIN or no PASSWORD; 502, "AMQPLAIN auth info … is missing LOGIN or PASSWORD field".
    Missing,
    /// AMQPLAIN: one of them is no long string; 502, "AMQPLAIN auth info … uses unsupported type for LOGIN or
    /// PASSWORD field".
    Type,
    /// User or password are not UTF-8. To RabbitMQ they are octets, and simply wrong.
    Text,
}

impl CredentialsError {
    /// A name of the error that stays the same.
    pub const fn code(&self) -> &'static str {
        match self {
            CredentialsError::UnknownMechanism => "unknown-mechanism",
            CredentialsError::Plain => "plain-response",
            CredentialsError::Table(_) => "amqplain-table",
            CredentialsError::Missing => "amqplain-missing",
            CredentialsError::Type => "amqplain-type",
            CredentialsError::Text => "credentials-text",
        }
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            CredentialsError::UnknownMechanism => "unknown authentication mechanism",
            CredentialsError::Plain => "a response of PLAIN is NUL, user, NUL, password",
            CredentialsError::Table(error) => return write!(formatter, "AMQPLAIN auth info: {error}"),
            CredentialsError::Missing => "AMQPLAIN auth info is missing LOGIN or PASSWORD field",
            CredentialsError::Type => "AMQPLAIN auth info uses unsupported type for LOGIN or PASSWORD field",
            CredentialsError::Text => "user and password must be UTF-8",
        })
    }
}

impl std::error::Error for CredentialsError {}

impl Credentials {
    /// Reads the response of the mechanism that the client chose.
    pub fn from_response(mechanism: &str, response: &[u8]) -> Result<Credentials, CredentialsError> {
        match mechanism {
            "PLAIN" => Credentials::from_plain(response),
            "AMQPLAIN" => Credentials::from_amqplain(response),
            _ => Err(CredentialsError::UnknownMechanism),
        }
    }

    /// Reads a response of PLAIN (RFC 4616).
    pub fn from_plain(response: &[u8]) -> Result<Credentials, CredentialsError> {
        let parts: Vec<&[u8]> = response.split(|&octet| octet == 0).collect();
        match parts[..] {
            [b"", user, password] => Credentials::of(user, password),
            _ => Err(CredentialsError::Plain),
        }
    }

    /// Reads a response of AMQPLAIN: the entries of a table, without its length.
    pub fn from_amqplain(response: &[u8]) -> Result<Credentials, CredentialsError> {
        let table = read_table_entries(response).map_err(CredentialsError::Table)?;
        match (table.get("LOGIN"), table.get("PASSWORD")) {
            (Some(Value::LongString(user)), Some(Value::LongString(password))) => {
                Credentials::of(user, password)
            }
            (Some(_), Some(_)) => Err(CredentialsError::Type),
            _ => Err(CredentialsError::Missing),
        }
    }

    fn of(user: &[u8], password: &[u8]) -> Result<Credentials, CredentialsError> {
        let text = |octets| std::str::from_utf8(octets).map_err(|_| CredentialsError::Text);
        Ok(Credentials { user: text(user)?.to_owned(), password: text(password)?.to_owned() })
    }

    /// The response of a client in PLAIN.
    pub fn to_plain(&self) -> Result<Vec<u8>, EncodeError> {
        if self.user.contains('\0') || self.password.contains('\0') {
            return Err(EncodeError::NulInCredentials);
        }
        Ok(format!("\0{}\0{}", self.user, self.password).into_bytes())
    }

    /// The response of a client in AMQPLAIN.
    pub fn to_amqplain(&self) -> Result<Vec<u8>, EncodeError> {
        let table = Table(vec![
            ("LOGIN".into(), Value::text(&self.user)),
            ("PASSWORD".into(), Value::text(&self.password)),
        ]);
        let mut response = Vec::new();
        write_entries(&mut Writer::new(&mut response), &table, 0)?;
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest() -> Credentials {
        Credentials { user: "guest".into(), password: "secret".into() }
    }

    #[test]
    fn plain_is_nul_user_nul_password() {
        assert_eq!(guest().to_plain(), Ok(b"\0guest\0secret".to_vec()));
        assert_eq!(Credentials::from_response("PLAIN", b"\0guest\0secret"), Ok(guest()));
        // What RabbitMQ 3.10.8 refuses with "response <<…>> invalid".
        for response in [&b""[..], b"guest secret", b"\0guest", b"x\0guest\0secret", b"\0guest\0secret\0"] {
            assert_eq!(Credentials::from_plain(response), Err(CredentialsError::Plain));
        }
        let empty = Credentials::from_plain(b"\0guest\0").expect("an empty password is one");
        assert_eq!(empty.password, "");
        let nul = Credentials { user: "gu\0est".into(), ..guest() };
        assert_eq!(nul.to_plain(), Err(EncodeError::NulInCredentials));
    }

    #[test]
    fn amqplain_is_a_table_without_its_length() {
        let response = b"\x05LOGINS\0\0\0\x05guest\x08PASSWORDS\0\0\0\x06secret";
        assert_eq!(guest().to_amqplain(), Ok(response.to_vec()));
        assert_eq!(Credentials::from_response("AMQPLAIN", response), Ok(guest()));
        let with_length = [b"\0\0\0\x22", &response[..]].concat();
        assert!(matches!(Credentials::from_amqplain(&with_length), Err(CredentialsError::Table(_))));
        let missing = b"\x05LOGINS\0\0\0\x05guest";
        assert_eq!(Credentials::from_amqplain(missing), Err(CredentialsError::Missing));
        let octets = b"\x05LOGINx\0\0\0\0\x08PASSWORDx\0\0\0\0";
        assert_eq!(Credentials::from_amqplain(octets), Err(CredentialsError::Type));
    }

    #[test]
    fn other_mechanisms_are_unknown() {
        assert_eq!(Credentials::from_response("EXTERNAL", b""), Err(CredentialsError::UnknownMechanism));
    }

    #[test]
    fn a_password_is_not_shown() {
        assert!(!format!("{:?}", guest()).contains("secret"));
    }
}
