"""Confirms, returns, properties, and bodies of any size."""

import datetime
import decimal
import os

import pika
from client import BrokerTest, unique


class Publishing(BrokerTest):
    def test_a_publishing_that_is_confirmed_returns(self):
        queue = self.queue()
        self.channel.confirm_delivery()
        for number in range(100):
            self.channel.basic_publish("", queue, str(number))
        self.assertEqual(self.channel.queue_declare(queue, passive=True).method.message_count, 100)

    def test_a_mandatory_message_that_no_queue_takes_is_returned(self):
        self.channel.confirm_delivery()
        with self.assertRaises(pika.exceptions.UnroutableError) as unroutable:
            self.channel.basic_publish("", unique("nowhere"), "back", mandatory=True)
        (returned,) = unroutable.exception.messages
        self.assertEqual((returned.method.reply_code, returned.method.reply_text), (312, "NO_ROUTE"))
        self.assertEqual(returned.body, b"back")

    def test_a_message_that_is_not_mandatory_is_dropped_and_confirmed(self):
        self.channel.confirm_delivery()
        self.channel.basic_publish("", unique("nowhere"), "lost")

    def test_properties_and_headers_come_as_they_were_sent(self):
        queue = self.queue()
        headers = {
            "text": "ä€",
            "number": 7,
            "negative": -70_000,
            "large": 2**40,
            "yes": True,
            "nothing": None,
            "list": ["a", 1, False],
            "table": {"inner": {"deep": "er"}},
            "decimal": decimal.Decimal("3.14"),
            "moment": datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=datetime.timezone.utc),
        }
        sent = pika.BasicProperties(
            content_type="text/plain",
            content_encoding="gzip",
            headers=headers,
            delivery_mode=2,
            priority=3,
            correlation_id="c",
            reply_to="r",
            message_id="m",
            timestamp=1_700_000_000,
            type="t",
            app_id="a",
            cluster_id="k",
        )
        self.channel.basic_publish("", queue, "x", sent)
        _, received, _ = self.channel.basic_get(queue, auto_ack=True)
        # pika reads 64 bits as a kind of int of its own.
        self.assertEqual(received.headers, headers)
        received.headers = sent.headers
        self.assertEqual(received, sent)

    def test_bodies_of_all_sizes_around_the_size_of_a_frame_are_whole(self):
        queue = self.queue()
        for size in [0, 1, 4_088, 131_064, 131_065, 262_128, 3_000_000]:
            body = os.urandom(size)
            self.channel.basic_publish("", queue, body)
            _, _, received = self.channel.basic_get(queue, auto_ack=True)
            self.assertEqual(received, body)

    def test_small_frames_split_and_join_bodies(self):
        channel = self.connect(frame_max=4096).channel()
        queue = channel.queue_declare("", exclusive=True).method.queue
        body = os.urandom(50_000)
        channel.basic_publish("", queue, body)
        self.assertEqual(channel.basic_get(queue, auto_ack=True)[2], body)
