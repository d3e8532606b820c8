"""The work of RabbitMQ's six tutorials (rabbitmq.com/tutorials), as their programs for Python do it."""

import pika
from client import BrokerTest, unique


class Tutorials(BrokerTest):
    def collect(self, channel, queue, into, **options):
        """Consumes a queue; the texts of its messages come into a list."""

        def take(_channel, _method, _properties, body):
            into.append(body.decode())

        return channel.basic_consume(queue, take, **options)

    def wait_for(self, is_there):
        for _ in range(50):
            if is_there():
                return
            self.connection.process_data_events(time_limit=0.1)
        self.fail("waited in vain")

    def test_1_hello_world(self):
        queue, received = unique("hello"), []
        self.channel.queue_declare(queue)
        self.channel.basic_publish(exchange="", routing_key=queue, body="Hello World!")
        self.collect(self.channel, queue, received, auto_ack=True)
        self.wait_for(lambda: received)
        self.assertEqual(received, ["Hello World!"])
        self.channel.queue_delete(queue)

    def test_2_work_queues(self):
        queue = unique("task_queue")
        self.channel.queue_declare(queue, durable=True)
        persistent = pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent)
        workers, done = [], [[], []]
        for number in range(2):
            worker = self.connection.channel()
            worker.basic_qos(prefetch_count=1)

            def work(channel, method, _properties, body, number=number):
                done[number].append((body.decode(), method.redelivered))
                if number == 1:
                    channel.basic_ack(method.delivery_tag)

            worker.basic_consume(queue, work)
            workers.append(worker)
        for task in ["first", "second", "third"]:
            self.channel.basic_publish("", queue, task, persistent)
        self.wait_for(lambda: len(done[0]) == 1 and len(done[1]) == 2)
        workers[0].close()
        self.wait_for(lambda: len(done[1]) == 3)
        self.assertEqual(done[0], [("first", False)])
        self.assertEqual(done[1], [("second", False), ("third", False), ("first", True)])
        self.channel.queue_delete(queue)

    def test_3_publish_subscribe(self):
        exchange, received = unique("logs"), [[], []]
        self.channel.exchange_declare(exchange, exchange_type="fanout")
        for texts in received:
            queue = self.channel.queue_declare("", exclusive=True).method.queue
            self.channel.queue_bind(queue, exchange)
            self.collect(self.channel, queue, texts, auto_ack=True)
        self.channel.basic_publish(exchange, "", "info: all is well")
        self.wait_for(lambda: all(received))
        self.assertEqual(received, [["info: all is well"]] * 2)
        self.channel.exchange_delete(exchange)

    def test_4_routing(self):
        exchange, errors, everything = unique("direct_logs"), [], []
        self.channel.exchange_declare(exchange, exchange_type="direct")
        for severities, into in [(["error"], errors), (["info", "warning", "error"], everything)]:
            queue = self.channel.queue_declare("", exclusive=True).method.queue
            for severity in severities:
                self.channel.queue_bind(queue, exchange, severity)
            self.collect(self.channel, queue, into, auto_ack=True)
        for severity in ["info", "debug", "error"]:
            self.channel.basic_publish(exchange, severity, severity)
        self.wait_for(lambda: errors and len(everything) == 2)
        self.assertEqual((errors, everything), (["error"], ["info", "error"]))
        self.channel.exchange_delete(exchange)

    def test_5_topics(self):
        exchange = unique("topic_logs")
        self.channel.exchange_declare(exchange, exchange_type="topic")
        expected = {
            "kern.*": ["kern.critical"],
            "*.critical": ["kern.critical", "cron.critical"],
            "#": ["kern.critical", "cron.critical", "kern"],
        }
        received = {}
        for pattern in expected:
            queue = self.channel.queue_declare("", exclusive=True).method.queue
            self.channel.queue_bind(queue, exchange, pattern)
            self.collect(self.channel, queue, received.setdefault(pattern, []), auto_ack=True)
        for key in expected["#"]:
            self.channel.basic_publish(exchange, key, key)
        self.wait_for(lambda: len(received["#"]) == 3)
        self.assertEqual(received, expected)
        self.channel.exchange_delete(exchange)

    def test_6_remote_procedure_call(self):
        queue, answers = unique("rpc_queue"), {}
        server = self.connection.channel()
        server.queue_declare(queue)
        server.basic_qos(prefetch_count=1)

        def serve(channel, method, properties, body):
            reply = pika.BasicProperties(correlation_id=properties.correlation_id)
            channel.basic_publish("", properties.reply_to, str(int(body) ** 2), reply)
            channel.basic_ack(method.delivery_tag)

        server.basic_consume(queue, serve)
        replies = self.channel.queue_declare("", exclusive=True).method.queue

        def note(_channel, _method, properties, body):
            answers[properties.correlation_id] = int(body)

        self.channel.basic_consume(replies, note, auto_ack=True)
        for number in [7, 30]:
            request = pika.BasicProperties(reply_to=replies, correlation_id=f"call-{number}")
            self.channel.basic_publish("", queue, str(number), request)
        self.wait_for(lambda: len(answers) == 2)
        self.assertEqual(answers, {"call-7": 49, "call-30": 900})
        server.queue_delete(queue)
