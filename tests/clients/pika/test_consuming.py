"""Prefetch, acknowledgements, redelivery, and queues that go by themselves."""

import pika
from client import BrokerTest, parameters, unique


class Consuming(BrokerTest):
    def consume(self, queue, channel=None, **options):
        received = []
        channel = channel or self.channel
        tag = channel.basic_consume(
            queue, lambda _channel, method, _properties, body: received.append((method, body.decode())), **options
        )
        return tag, received

    def settle(self):
        self.connection.process_data_events(time_limit=0.2)

    def test_prefetch_limits_what_is_unacknowledged(self):
        queue = self.queue("1", "2", "3", "4")
        self.channel.basic_qos(prefetch_count=2)
        _, received = self.consume(queue)
        self.settle()
        self.assertEqual([text for _, text in received], ["1", "2"])
        self.channel.basic_ack(received[1][0].delivery_tag, multiple=True)
        self.settle()
        self.assertEqual([text for _, text in received], ["1", "2", "3", "4"])

    def test_prefetch_over_the_whole_channel(self):
        queue = self.queue("1", "2", "3")
        self.channel.basic_qos(prefetch_count=2, global_qos=True)
        received = [self.consume(queue)[1], self.consume(queue)[1]]
        self.settle()
        self.assertEqual(sum(map(len, received)), 2)

    def test_requeued_messages_come_back_to_their_places_redelivered(self):
        queue = self.queue("1", "2", "3")
        first, second = self.channel.basic_get(queue)[0], self.channel.basic_get(queue)[0]
        self.channel.basic_nack(second.delivery_tag, requeue=True)
        self.channel.basic_reject(first.delivery_tag, requeue=True)
        got = [self.channel.basic_get(queue, auto_ack=True) for _ in range(3)]
        self.assertEqual([(body, method.redelivered) for method, _, body in got],
                         [(b"1", True), (b"2", True), (b"3", False)])
        self.assertEqual(self.channel.basic_get(queue), (None, None, None))

    def test_nack_without_requeue_takes_all_up_to_the_tag(self):
        queue = self.queue("1", "2", "3")
        tags = [self.channel.basic_get(queue)[0].delivery_tag for _ in range(3)]
        self.channel.basic_nack(tags[1], multiple=True, requeue=False)
        self.channel.basic_recover(requeue=True)
        self.assertEqual(self.channel.basic_get(queue, auto_ack=True)[2], b"3")
        self.assertIsNone(self.channel.basic_get(queue)[0])

    def test_unacknowledged_messages_outlive_their_connection(self):
        queue = unique("survivor")
        self.channel.queue_declare(queue)
        self.channel.basic_publish("", queue, "x")
        other = pika.BlockingConnection(parameters())
        self.assertFalse(other.channel().basic_get(queue)[0].redelivered)
        other.close()
        self.assertTrue(self.channel.basic_get(queue, auto_ack=True)[0].redelivered)
        self.channel.queue_delete(queue)

    def test_get_tells_how_many_remain(self):
        queue = self.queue("1", "2", "3")
        self.assertEqual(self.channel.basic_get(queue)[0].message_count, 2)

    def test_cancel_ends_a_consumer(self):
        queue = self.queue()
        tag, received = self.consume(queue)
        self.channel.basic_cancel(tag)
        self.channel.basic_publish("", queue, "x")
        self.settle()
        self.assertEqual(received, [])

    def test_consumers_are_told_when_their_queue_goes(self):
        queue, cancelled = unique("doomed"), []
        self.channel.queue_declare(queue)
        self.channel.add_on_cancel_callback(lambda frame: cancelled.append(frame.method.consumer_tag))
        tag, _ = self.consume(queue)
        self.connection.channel().queue_delete(queue)
        self.settle()
        self.assertEqual(cancelled, [tag])

    def test_an_auto_delete_queue_goes_with_its_last_consumer(self):
        queue = unique("auto")
        self.channel.queue_declare(queue, auto_delete=True)
        tags = [self.consume(queue)[0], self.consume(queue)[0]]
        self.channel.basic_cancel(tags[0])
        self.channel.queue_declare(queue, passive=True)
        self.channel.basic_cancel(tags[1])
        self.assert_closed(404, queue, self.channel.queue_declare, queue, passive=True)

    def test_an_exclusive_queue_goes_with_its_connection(self):
        queue, other = unique("mine"), self.connect()
        other.channel().queue_declare(queue, exclusive=True)
        self.assert_closed(405, queue, self.connection.channel().queue_declare, queue, passive=True)
        other.close()
        self.assert_closed(404, queue, self.channel.queue_declare, queue, passive=True)

    def test_a_client_that_does_not_read_is_not_sent_more_than_its_transport_takes(self):
        queue, count = unique("much"), 600
        self.channel.queue_declare(queue)
        slow = self.connect(heartbeat=0)
        _, received = self.consume(queue, slow.channel(), auto_ack=True)
        self.channel.confirm_delivery()
        for _ in range(count):
            self.channel.basic_publish("", queue, bytes(100_000))
        self.assertGreater(self.channel.queue_declare(queue, passive=True).method.message_count, 0)
        for _ in range(count):
            if len(received) == count:
                break
            slow.process_data_events(time_limit=0.1)
        self.assertEqual(len(received), count)
        self.channel.queue_delete(queue)

    def test_purge_and_delete_count(self):
        queue = self.queue("1", "2", "3")
        self.assertEqual(self.channel.queue_purge(queue).method.message_count, 3)
        self.channel.basic_publish("", queue, "4")
        self.assertEqual(self.channel.queue_delete(queue).method.message_count, 1)
