"""Dead-lettering, expiry, limits, transactions."""

import time

import pika
from client import BrokerTest


class Queues(BrokerTest):
    def with_dead_letters(self, *texts, **arguments):
        """A queue whose dead letters come to another one; both names."""
        morgue = self.queue()
        dead_letter = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": morgue}
        return self.queue(*texts, arguments={**dead_letter, **arguments}), morgue

    def dead(self, morgue):
        _, properties, body = self.take(morgue, 1)[0]
        return body, properties, properties.headers["x-death"][0]

    def test_a_rejected_message_is_dead_lettered(self):
        queue, morgue = self.with_dead_letters("no")
        self.channel.basic_reject(self.channel.basic_get(queue)[0].delivery_tag, requeue=False)
        body, properties, death = self.dead(morgue)
        self.assertEqual((body, death["reason"], death["queue"], death["count"]), (b"no", "rejected", queue, 1))
        self.assertEqual(properties.headers["x-first-death-queue"], queue)

    def test_a_message_expires_in_its_queue(self):
        queue, morgue = self.with_dead_letters("late", **{"x-message-ttl": 100})
        self.assertEqual(self.dead(morgue)[2]["reason"], "expired")

    def test_a_message_expires_by_itself(self):
        queue, morgue = self.with_dead_letters()
        self.channel.basic_publish("", queue, "late", pika.BasicProperties(expiration="80"))
        _, properties, death = self.dead(morgue)
        self.assertEqual(death["original-expiration"], "80")
        self.assertIsNone(properties.expiration)

    def test_an_expired_message_is_not_delivered(self):
        queue = self.queue("late", arguments={"x-message-ttl": 50})
        time.sleep(0.3)
        self.assertIsNone(self.channel.basic_get(queue)[0])

    def test_the_oldest_message_is_dropped_when_a_queue_is_too_long(self):
        queue, morgue = self.with_dead_letters("1", "2", "3", **{"x-max-length": 2})
        body, _, death = self.dead(morgue)
        self.assertEqual((body, death["reason"]), (b"1", "maxlen"))

    def test_a_publishing_to_a_full_queue_is_refused(self):
        queue = self.queue(arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
        self.channel.confirm_delivery()
        self.channel.basic_publish("", queue, "1")
        with self.assertRaises(pika.exceptions.NackError):
            self.channel.basic_publish("", queue, "2")

    def test_a_transaction_is_seen_after_its_commit(self):
        queue = self.queue()
        self.channel.tx_select()
        self.channel.basic_publish("", queue, "lost")
        self.channel.tx_rollback()
        self.channel.basic_publish("", queue, "kept")
        count = lambda: self.connection.channel().queue_declare(queue, passive=True).method.message_count
        self.assertEqual(count(), 0)
        self.channel.tx_commit()
        self.assertEqual(count(), 1)

    def test_flow_is_answered(self):
        self.assertTrue(self.channel.flow(True))
