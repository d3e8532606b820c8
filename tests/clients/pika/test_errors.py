"""What the broker refuses: the code, the text, and what it closes."""

import pika
from client import BrokerTest, parameters, unique


class Errors(BrokerTest):
    def test_404_no_such_queue(self):
        self.assert_closed(404, "NOT_FOUND - no queue 'nix' in vhost '/'", self.channel.basic_get, "nix")
        self.assertTrue(self.connection.is_open)

    def test_404_no_such_exchange(self):
        self.channel.confirm_delivery()
        self.assert_closed(
            404, "NOT_FOUND - no exchange 'nix' in vhost '/'", self.channel.basic_publish, "nix", "", "x"
        )

    def test_406_another_type_of_exchange(self):
        exchange = unique("kind")
        self.channel.exchange_declare(exchange, "direct", auto_delete=True)
        self.assert_closed(
            406,
            f"inequivalent arg 'type' for exchange '{exchange}' in vhost '/'",
            self.channel.exchange_declare,
            exchange,
            "fanout",
            auto_delete=True,
        )
        self.connection.channel().exchange_delete(exchange)

    def test_406_an_unknown_delivery_tag(self):
        self.channel.basic_ack(42)
        self.assert_closed(406, "unknown delivery tag 42", self.channel.queue_declare, "")

    def test_403_the_brokers_own_names(self):
        self.assert_closed(403, "ACCESS_REFUSED", self.channel.exchange_declare, "amq.mine")

    def test_403_the_default_exchange_is_not_touched(self):
        self.assert_closed(403, "ACCESS_REFUSED", self.channel.exchange_delete, "amq.direct")

    def test_403_a_wrong_password(self):
        wrong = pika.PlainCredentials("guest", "wrong")
        with self.assertRaises(pika.exceptions.ProbableAuthenticationError) as refused:
            pika.BlockingConnection(parameters(credentials=wrong))
        self.assertIn("ACCESS_REFUSED", repr(refused.exception))

    def test_530_no_such_virtual_host(self):
        with self.assertRaises(pika.exceptions.ProbableAccessDeniedError) as refused:
            pika.BlockingConnection(parameters(virtual_host="nowhere"))
        self.assertIn("vhost nowhere not found", repr(refused.exception))

    def test_503_no_such_type_of_exchange(self):
        self.assert_closed(503, "unknown exchange type 'nix'", self.channel.exchange_declare, "e", "nix")
        self.assertFalse(self.connection.is_open)

    def test_540_a_size_of_prefetch(self):
        self.assert_closed(540, "prefetch_size", self.channel.basic_qos, prefetch_size=10)
        self.assertFalse(self.connection.is_open)
