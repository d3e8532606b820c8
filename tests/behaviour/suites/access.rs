//! Who may come in and who may do what: rabbitmq.com/docs/access-control, socket.io/docs/v4/middlewares.

use super::browsing::Browsers;
use super::run::{Run, in_packets};
use queuescope::facts::{Event, Rule};
use queuescope::simulation::{NodeState, Simulation};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SCENARIO: &str = include_str!("../../../scenarios/login-and-permissions.json");

/// The texts are those of tests/conformance/rabbitmq/access-permissions.json and access-login.json.
#[test]
fn who_is_not_allowed_is_refused_at_the_login_at_the_virtual_host_or_at_the_method() {
    for run in [Run::of(SCENARIO), Run::of(&in_packets(SCENARIO))] {
        let names = run.simulation.world().names();
        let refused = run.each(|event| match *event {
            Event::AccessRefused { client, user, reason, rule: Rule::AccessControl } => {
                Some([client.0, user, reason].map(|name| names.text(name)))
            }
            _ => None,
        });
        let login = "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.";
        assert_eq!(
            refused,
            [
                ["thief", "shop", login],
                ["tourist", "visitor", "NOT_ALLOWED - access to vhost '/' refused for user 'visitor'"],
                [
                    "snoop",
                    "shop",
                    "ACCESS_REFUSED - access to queue 'invoices' in vhost '/' refused for user 'shop'"
                ],
                [
                    "clerk",
                    "billing",
                    "ACCESS_REFUSED - access to exchange 'orders' in vhost '/' refused for user 'billing'"
                ],
            ]
        );
        // A login and a virtual host are matters of the connection, a queue and an exchange of the channel.
        let closed = run.each(|event| match *event {
            Event::ConnectionClosedSeen { client, reply_code, .. } => {
                Some((names.text(client.0), "connection", reply_code))
            }
            Event::ChannelClosedSeen { client, reply_code, .. } => {
                Some((names.text(client.0), "channel", reply_code))
            }
            _ => None,
        });
        let expected = [
            ("thief", "connection", 403),
            ("tourist", "connection", 530),
            ("snoop", "channel", 403),
            ("clerk", "channel", 403),
        ];
        assert_eq!(closed, expected);
        assert_eq!(run.published("thief").len() + run.published("tourist").len(), 0);
        let not_accepted = run.each(|event| match *event {
            Event::NotAccepted { message, .. } => Some(message.0),
            _ => None,
        });
        assert_eq!(not_accepted, run.published("clerk"));
        let NodeState::Consumer { finished, .. } = run.state("consumer:ledger") else { panic!("it is one") };
        assert!(finished > 10 && run.published("till").len() as u64 >= finished);
    }
}

/// socket.io/docs/v4/middlewares: the client gets `connect_error`, with the error's message; it is not in the namespace
/// and gets nothing that is sent there.
#[test]
fn a_middleware_keeps_out_who_does_not_show_the_token() {
    let run = Run::of(SCENARIO);
    let names = run.simulation.world().names();
    let refused = run.each(|event| match *event {
        Event::NamespaceRefused { browser, namespace, reason, rule: Rule::Middleware, .. } => {
            Some([browser.0, namespace, reason].map(|name| names.text(name)))
        }
        _ => None,
    });
    assert_eq!(refused, [["guesser", "/admin", "not authorized"]]);
    assert!(run.received("owner").len() >= 6);
    assert_eq!((run.received("guesser").len(), run.browser("guesser").missed), (0, 0));
}

/// The user of a document has the password of its name if nothing else is said, as guest has it
/// (rabbitmq.com/docs/access-control, "Default Virtual Host and User").
#[test]
fn a_user_without_a_password_has_its_name_for_one() {
    let short = SCENARIO
        .replace(
            "AQIDBK48MgkAqWH19zF7uCEdj4NBH+VVBmaZXafPHrBx3xjA",
            "AQIDBM8Wg1UERZdnaus55yahs7LtsGffyR9MnCFtTHSzKftc",
        )
        .replace("\"password\": \"shop-secret\",", "");
    let run = Run::of(&short);
    assert!(run.published("till").len() > 10);
    assert!(run.published("thief").is_empty());
}

#[test]
fn a_password_of_nobody_is_an_error() {
    let text = SCENARIO.replacen("\"user\": \"shop\",\n      \"password\"", "\"password\"", 1);
    let Err(problem) = Simulation::from_text(&text, None) else { panic!("it is wrong") };
    assert_eq!(problem.place(), "producers[0].password");
}

/// What the inspector lists.
#[test]
fn users_and_what_they_may_do_can_be_read() {
    let run = Run::of(SCENARIO);
    let users = run.simulation.about().users;
    let names: Vec<&str> = users.iter().map(|user| user.name).collect();
    assert_eq!(names, ["shop", "billing", "visitor"]);
    assert_eq!(users[0].clients, ["till", "thief", "snoop"]);
    let right = &users[0].permissions[0];
    assert_eq!([right.virtual_host, right.configure, right.write, right.read], ["/", "", "^orders$", ""]);
    assert!(users[2].permissions.is_empty());
}
