import type { ClientMethod } from "queuescope";
import type { Session } from "../../session/session.ts";
import type { Word } from "../../words/words.ts";
import { type Answers, choiceField, type Form, flagField, textField } from "./form.ts";

const EXCHANGES = ["direct", "fanout", "topic", "headers"] as const;
const QUEUES = ["classic", "quorum", "stream"] as const;

/** Queues and exchanges that are not there yet. */
export function declareForms(session: Session): Form[] {
  const hosts = session.picture?.virtual_hosts ?? [];
  const first = hosts[0] ?? "/";
  const choice = (name: string, title: Word, values: readonly string[], chosen: string) =>
    choiceField(
      name,
      title,
      values.map((value) => [value, value] as const),
      chosen,
    );
  const form = (
    title: Word,
    types: readonly [string, ...string[]],
    method: (answers: Answers) => ClientMethod,
  ): Form => ({
    title,
    button: "form.declare",
    fields: [
      ...(hosts.length > 1 ? [choice("virtual_host", "inspect.virtual_host", hosts, first)] : []),
      textField("name", "form.name", "", true),
      choice("type", "inspect.type", types, types[0]),
      flagField("durable", "form.durable", true),
    ],
    command: (answers) => ({
      command: "manage",
      virtual_host: answers.text("virtual_host") || first,
      method: method(answers),
    }),
  });
  return [
    form("form.declare_queue", QUEUES, (answers) => ({
      "queue.declare": {
        queue: answers.text("name"),
        durable: answers.flag("durable"),
        arguments: { "x-queue-type": answers.text("type") },
      },
    })),
    form("form.declare_exchange", EXCHANGES, (answers) => ({
      "exchange.declare": {
        exchange: answers.text("name"),
        type: answers.text("type"),
        durable: answers.flag("durable"),
      },
    })),
  ];
}
