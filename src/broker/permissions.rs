//! Permissions as they are set and taken away: what `rabbitmqctl set_permissions` and its like do.
//!
//! Source: rabbitmq.com/docs/access-control. What becomes of channels that are open then stands in `grants`: consumers
//! that are there get on with it, connections stay, and only who asks anew is refused.

use super::Broker;
use super::access::Action;
use super::pattern::Pattern;

/// What a user may do in a virtual host.
#[derive(Clone, Debug)]
pub(super) struct Permission {
    user: String,
    virtual_host: String,
    /// To configure, to write and to read.
    texts: [String; 3],
    patterns: [Pattern; 3],
}

impl Permission {
    pub fn is_for(&self, user: &str, virtual_host: &str) -> bool {
        self.user == user && self.virtual_host == virtual_host
    }

    pub fn allows(&self, action: Action, name: &str) -> bool {
        self.patterns[action as usize].matches(name)
    }
}

/// With which routing keys a user may publish and bind at a topic exchange.
#[derive(Clone, Debug)]
pub(super) struct TopicPermission {
    user: String,
    virtual_host: String,
    exchange: String,
    /// To write and to read.
    texts: [String; 2],
    patterns: [Pattern; 2],
}

impl TopicPermission {
    pub fn is_for(&self, user: &str, virtual_host: &str, exchange: &str) -> bool {
        self.user == user && self.virtual_host == virtual_host && self.exchange == exchange
    }

    pub fn allows(&self, action: Action, key: &str) -> bool {
        self.patterns[usize::from(action != Action::Write)].matches(key)
    }
}

impl Broker {
    /// Whether there is a user of that name.
    pub fn has_user(&self, name: &str) -> bool {
        self.access.has_user(name)
    }

    /// The permissions that there are: user, virtual host, and the regular expressions to configure, to write and to
    /// read.
    pub fn permissions(&self) -> impl Iterator<Item = (&str, &str, [&str; 3])> {
        let all = self.access.permissions.iter();
        all.map(|each| (&*each.user, &*each.virtual_host, each.texts.each_ref().map(String::as_str)))
    }

    /// The limits at topic exchanges: user, virtual host, exchange, and the regular expressions to write and to read.
    pub fn topic_permissions(&self) -> impl Iterator<Item = (&str, &str, &str, [&str; 2])> {
        self.access.topics.iter().map(|each| {
            let texts = each.texts.each_ref().map(String::as_str);
            (&*each.user, &*each.virtual_host, &*each.exchange, texts)
        })
    }

    /// Sets the permissions of a user in a virtual host: to configure, to write and to read.
    ///
    /// # Errors
    /// When one of the three is no regular expression.
    pub fn permit(&mut self, user: &str, virtual_host: &str, texts: [&str; 3]) -> Result<(), String> {
        let [configure, write, read] = texts.map(Pattern::new);
        let patterns = [configure?, write?, read?];
        self.access.permissions.retain(|each| !each.is_for(user, virtual_host));
        let texts = texts.map(str::to_owned);
        let permission =
            Permission { user: user.to_owned(), virtual_host: virtual_host.to_owned(), texts, patterns };
        self.access.permissions.push(permission);
        self.doubt_grants_of(user);
        Ok(())
    }

    /// Takes the permissions of a user in a virtual host away: the user may not enter it any more.
    pub fn forbid(&mut self, user: &str, virtual_host: &str) {
        self.access.permissions.retain(|each| !each.is_for(user, virtual_host));
        self.doubt_grants_of(user);
    }

    /// Limits the routing keys that a user may publish and bind with at a topic exchange. In the patterns
    /// `{username}` and `{vhost}` stand for the names of the two (rabbitmq.com/docs/access-control, "Topic
    /// Authorisation").
    ///
    /// # Errors
    /// When one of the two is no regular expression.
    pub fn permit_topics(
        &mut self,
        user: &str,
        virtual_host: &str,
        exchange: &str,
        texts: [&str; 2],
    ) -> Result<(), String> {
        let expanded =
            |text: &str| Pattern::new(&text.replace("{username}", user).replace("{vhost}", virtual_host));
        let [write, read] = texts.map(expanded);
        let patterns = [write?, read?];
        self.access.topics.retain(|each| !each.is_for(user, virtual_host, exchange));
        let texts = texts.map(str::to_owned);
        let [owner, virtual_host, exchange] = [user, virtual_host, exchange].map(str::to_owned);
        self.access.topics.push(TopicPermission { user: owner, virtual_host, exchange, texts, patterns });
        self.doubt_grants_of(user);
        Ok(())
    }

    /// Lifts the limits of a user at a topic exchange, or at all of a virtual host.
    pub fn lift_topic_limits(&mut self, user: &str, virtual_host: &str, exchange: Option<&str>) {
        self.access.topics.retain(|each| {
            let is_meant = exchange.is_none_or(|exchange| each.exchange == exchange);
            !(each.user == user && each.virtual_host == virtual_host && is_meant)
        });
        self.doubt_grants_of(user);
    }

    /// What the channels of a user remember may not be so any more.
    fn doubt_grants_of(&mut self, user: &str) {
        for (_, connection) in self.connections.iter_mut() {
            if connection.user.as_deref() == Some(user) {
                connection.channels.iter_mut().for_each(|(_, channel)| channel.grants.doubt());
            }
        }
    }
}
