"""The connection itself: its name, heartbeats, many channels, a new secret."""

import pika
from client import BrokerTest


class Connecting(BrokerTest):
    def test_heartbeats_keep_an_idle_connection_alive(self):
        connection = self.connect(heartbeat=1)
        for _ in range(7):
            connection.process_data_events(time_limit=0.5)
        connection.channel().close()

    def test_channels_work_side_by_side_and_their_numbers_are_used_again(self):
        for _ in range(2):
            channels = [self.connection.channel() for _ in range(100)]
            self.assertEqual(len({channel.channel_number for channel in channels}), 100)
            queues = [channel.queue_declare("", exclusive=True).method.queue for channel in channels]
            for number, channel in enumerate(channels):
                channel.basic_publish("", queues[number], str(number))
            got = [channel.basic_get(queue, auto_ack=True)[2] for channel, queue in zip(channels, queues)]
            self.assertEqual([int(body) for body in got], list(range(100)))
            for channel in channels:
                channel.close()

    def test_a_channel_that_was_closed_by_an_error_can_be_opened_again(self):
        for _ in range(3):
            self.assert_closed(404, "nix", self.channel.queue_declare, "nix", passive=True)
            self.channel = self.connection.channel(channel_number=self.channel.channel_number)

    def test_a_new_secret_is_taken(self):
        done = []
        self.connection.update_secret("guest", "it is time")
        done.append(self.connection.channel())
        self.assertTrue(done[0].is_open)

    def test_a_connection_can_have_a_name(self):
        connection = self.connect(client_properties={"connection_name": "the tests"})
        self.assertTrue(connection.channel().is_open)

    def test_the_broker_names_its_extensions(self):
        connection = self.connection
        self.assertTrue(connection.basic_nack_supported)
        self.assertTrue(connection.consumer_cancel_notify_supported)
        self.assertTrue(connection.exchange_exchange_bindings_supported)
        self.assertTrue(connection.publisher_confirms_supported)

    def test_the_lesser_heartbeat_is_agreed_on(self):
        self.assertIsInstance(self.connect(heartbeat=5), pika.BlockingConnection)
