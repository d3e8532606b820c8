import type { Session } from "../../session/session.ts";
import { choiceField, type Form, flagField, textField } from "./form.ts";

const EXCHANGES = ["direct", "fanout", "topic", "headers"] as const;
const QUEUES = ["classic", "quorum", "stream"] as const;

/** Queues and exchanges that are not there yet. */
export function declareForms(session: Session): Form[] {
  const hosts = session.picture?.virtual_hosts ?? [];
  const first = hosts[0] ?? "/";
  const host = () =>
    hosts.length > 1
      ? [
          choiceField(
            "virtual_host",
            "inspect.virtual_host",
            hosts.map((name) => [name, name] as const),
            first,
          ),
        ]
      : [];
  return [
    {
      title: "form.declare_queue",
      button: "form.declare",
      fields: [
        ...host(),
        textField("name", "form.name", "", true),
        choiceField(
          "type",
          "inspect.type",
          QUEUES.map((type) => [type, type] as const),
          "classic",
        ),
        flagField("durable", "form.durable", true),
      ],
      command: (answers) => ({
        command: "manage",
        virtual_host: answers.text("virtual_host") || first,
        method: {
          "queue.declare": {
            queue: answers.text("name"),
            durable: answers.flag("durable"),
            arguments: { "x-queue-type": answers.text("type") },
          },
        },
      }),
    },
    {
      title: "form.declare_exchange",
      button: "form.declare",
      fields: [
        ...host(),
        textField("name", "form.name", "", true),
        choiceField(
          "type",
          "inspect.type",
          EXCHANGES.map((type) => [type, type] as const),
          "direct",
        ),
        flagField("durable", "form.durable", true),
      ],
      command: (answers) => ({
        command: "manage",
        virtual_host: answers.text("virtual_host") || first,
        method: {
          "exchange.declare": {
            exchange: answers.text("name"),
            type: answers.text("type"),
            durable: answers.flag("durable"),
          },
        },
      }),
    },
  ];
}
