"""What the tests share: a connection that is closed again, names of one's own, messages one by one."""

import os
import unittest
import uuid

import pika

URL = os.environ.get("AMQP_URL", "amqp://guest:guest@127.0.0.1:5672")


def parameters(**changes):
    """The way to the broker. No test waits for longer than some seconds."""
    found = pika.URLParameters(URL)
    found.blocked_connection_timeout = 10
    found.socket_timeout = 10
    for name, value in changes.items():
        setattr(found, name, value)
    return found


def unique(name):
    """A name that no other test uses."""
    return f"{name}-{uuid.uuid4().hex[:8]}"


class BrokerTest(unittest.TestCase):
    """A test with a connection and a channel."""

    def setUp(self):
        self.connection = self.connect()
        self.channel = self.connection.channel()

    def connect(self, **changes):
        """One more connection. It is closed after the test."""
        connection = pika.BlockingConnection(parameters(**changes))
        self.addCleanup(lambda: connection.is_open and connection.close())
        return connection

    def queue(self, *texts, name="", **options):
        """A queue that goes with the connection, with some messages in it."""
        declared = self.channel.queue_declare(name, exclusive=True, **options).method.queue
        for text in texts:
            self.channel.basic_publish("", declared, text.encode())
        return declared

    def take(self, queue, count, channel=None, **options):
        """The next messages of a queue, as (method, properties, body)."""
        channel = channel or self.channel
        taken = []
        for message in channel.consume(queue, inactivity_timeout=5, **options):
            if message[0] is None:
                break
            taken.append(message)
            if len(taken) == count:
                break
        channel.cancel()
        self.assertEqual(len(taken), count)
        return taken

    def assert_closed(self, code, text, act, *arguments, **options):
        """The broker closes the channel (or the connection), with this code and something of this text."""
        with self.assertRaises((pika.exceptions.ChannelClosed, pika.exceptions.ConnectionClosed)) as closed:
            act(*arguments, **options)
        self.assertEqual(closed.exception.reply_code, code)
        self.assertIn(text, closed.exception.reply_text)
