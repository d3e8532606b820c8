//! Who may come in and who may do what: rabbitmq.com/docs/access-control, socket.io/docs/v4/middlewares.

use super::browsing::Browsers;
use super::run::{Run, in_packets};
use queuescope::facts::{Event, Rule};
use queuescope::simulation::{Command, NodeState, Simulation};
use queuescope::time::Time;
use serde_json::json;
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

const TAKEN_AWAY: &str = include_str!("../../../scenarios/rights-taken-away.json");

/// The times and the words are those of a trial with RabbitMQ 3.10.8: a channel that publishes every 100 ms does not
/// learn that its permission is gone, one that has rested for a second and a half does, at its next publishing.
#[test]
fn a_channel_remembers_its_permission_until_it_rests_for_a_second() {
    for run in [Run::of(TAKEN_AWAY), Run::of(&in_packets(TAKEN_AWAY))] {
        let names = run.simulation.world().names();
        let told = run.all(|event| {
            Some(match *event {
                Event::PermissionsCleared { .. } => ("cleared", ""),
                Event::PermissionsSet { .. } => ("set", ""),
                Event::AccessRemembered { client, .. } => ("remembered", names.text(client.0)),
                Event::AccessRefused { client, reason, .. } => {
                    let words =
                        "ACCESS_REFUSED - access to exchange 'orders' in vhost '/' refused for user 'shop'";
                    assert_eq!(names.text(reason), words);
                    ("refused", names.text(client.0))
                }
                _ => return None,
            })
        });
        let (times, whats): (Vec<u64>, Vec<_>) = told.into_iter().unzip();
        assert_eq!(
            whats,
            [("cleared", ""), ("remembered", "busy"), ("refused", "slow"), ("refused", "busy"), ("set", "")]
        );
        let is_between = |time: u64, from: u64, to: u64| (from..to).contains(&time);
        assert!(is_between(times[1], 4_000_000, 4_300_000), "with its next message: {times:?}");
        assert!(is_between(times[2], 4_500_000, 6_000_000), "with its next message: {times:?}");
        assert!(is_between(times[3], 9_000_000, 9_300_000), "after its rest: {times:?}");
        // Between, all that the busy one published was taken; the consumer was never asked.
        let NodeState::Consumer { finished, .. } = run.state("consumer:C") else { panic!("it is one") };
        let accepted = run.each(|event| matches!(event, Event::Queued { .. }).then_some(())).len() as u64;
        assert!(accepted - finished < 3 && finished > 50, "{finished} of {accepted}");
        let late = run.all(|event| matches!(event, Event::Queued { .. }).then_some(()));
        assert!(late.iter().any(|(time, ())| *time > 11_500_000), "they publish again");
    }
}

/// rabbitmq.com/docs/access-control, "Topic Authorisation": a limit there counts for routing keys alone, and going back
/// undoes it.
#[test]
fn limits_at_a_topic_exchange_are_set_and_lifted_while_it_runs() {
    let text = TAKEN_AWAY.replace("\"direct\"", "\"topic\"");
    let give = |simulation: &mut Simulation, command| {
        simulation.dispatch(Command::from_json(&command).expect("it is one")).expect("it can be carried out");
    };
    let mut simulation = Simulation::from_text(&text, None).expect("it is good");
    simulation.run_until(Time::from_us(1_000_000));
    let limit = json!({
        "command": "set_topic_permissions", "user": "shop", "exchange": "orders", "write": "^{username}", "read": ".*",
    });
    give(&mut simulation, limit);
    let topics = |simulation: &Simulation| simulation.about().users[0].topics.len();
    assert_eq!(topics(&simulation), 1);
    simulation.run_until(Time::from_us(3_000_000));
    let refused = |simulation: &mut Simulation| {
        let facts = simulation.take_facts(usize::MAX);
        facts.iter().filter(|(_, fact)| matches!(fact.event, Event::AccessRefused { .. })).count()
    };
    assert_eq!(refused(&mut simulation), 1, "the slow one; the busy one's channel remembers");
    simulation.seek(Time::from_us(999_999));
    assert_eq!(topics(&simulation), 0);
    simulation.seek(Time::from_us(3_000_000));
    assert_eq!(topics(&simulation), 1);
    give(&mut simulation, json!({ "command": "clear_topic_permissions", "user": "shop" }));
    assert_eq!(topics(&simulation), 0);
}

#[test]
fn rights_of_nobody_and_nowhere_are_an_error() {
    let mut simulation = Simulation::from_text(TAKEN_AWAY, None).expect("it is good");
    let all =
        json!({ "command": "set_permissions", "user": "shop", "configure": "", "write": "", "read": "" });
    for (field, value, words) in [
        ("user", "nobody", "there is no user"),
        ("virtual_host", "elsewhere", "there is no virtual host"),
        ("write", "(", "is no regular expression"),
    ] {
        let mut command = all.clone();
        command[field] = value.into();
        let command = Command::from_json(&command).expect("its form is good");
        let problem = simulation.dispatch(command).expect_err("it cannot be carried out");
        assert_eq!((problem.place(), problem.code()), (field, "command.invalid"));
        assert!(problem.to_string().contains(words), "{problem}");
    }
}
