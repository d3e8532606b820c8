//! What is counted.

use serde::Serialize;

macro_rules! counts {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
        pub struct $name { $($(#[$field_doc])* pub $field: u64,)* }

        impl $name {
            /// What came on top of what there was before.
            pub fn since(&self, before: &$name) -> $name {
                $name { $($field: self.$field - before.$field,)* }
            }
        }
    };
}

counts! {
    /// What happened to messages at a queue.
    QueueCounts {
        /// Messages that came in.
        arrived,
        /// Deliveries.
        delivered,
        /// Deliveries of messages that were delivered before.
        redelivered,
        /// Messages that were acknowledged, by hand or automatically.
        acknowledged,
        /// Messages that were given back to the queue.
        requeued,
        /// Messages that a consumer refused, so that they left the queue.
        rejected,
        /// Messages whose time was over.
        expired,
        /// Messages that left because the queue was too long: its oldest; or those that it refused and published again as
        /// dead letters.
        over_length,
        /// Messages that were given back too often.
        delivery_limit,
        /// Messages that went when the queue was purged, deleted or lost.
        removed,
        /// Messages that the queue did not take, because it was full or down.
        refused,
        /// Of those rejected, expired, dropped and over their limit: the ones that were published again as dead letters.
        dead_lettered,
    }
}

counts! {
    /// What happened to messages elsewhere.
    RunCounts {
        /// Messages for which there was no queue, and which did not come back.
        unroutable,
        /// Messages for which there was no queue, and which came back to their publisher.
        returned,
        /// Messages that were lost on their way, with a client, or as dead letters.
        lost,
        /// Messages that producers left out, having no channel.
        left_out,
    }
}
