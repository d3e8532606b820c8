import type { Command, PictureNode } from "queuescope";
import type { Session } from "../../session/session.ts";
import { word } from "../../words/words.ts";
import { type Answers, choiceField, type Form, numberField, textField } from "./form.ts";

/** The name of the policy that the page sets for a queue. */
export function policyName(node: PictureNode): string {
  return `page: ${node.name}`;
}

/** Higher than those of most documents: of several policies one alone holds. */
const POLICY_PRIORITY = 1_000;

/** What a policy can set for a queue here. */
export function policyForm(node: PictureNode): Form {
  const set = new Map(node.policy.map((each) => [each.name, JSON.parse(each.value) as unknown]));
  const number = (name: string) => {
    const value = set.get(name);
    return typeof value === "number" ? value : null;
  };
  const text = (name: string) => {
    const value = set.get(name);
    return typeof value === "string" ? value : "";
  };
  return {
    title: "form.policy",
    button: "form.set",
    fields: [
      numberField("message-ttl", "form.ttl", number("message-ttl"), "unit.milliseconds", {
        isOptional: true,
      }),
      numberField("max-length", "form.max_length", number("max-length"), "form.max_length_unit", {
        isOptional: true,
      }),
      choiceField(
        "overflow",
        "form.overflow",
        [
          ["", word("form.overflow_default")],
          ["drop-head", "drop-head"],
          ["reject-publish", "reject-publish"],
          ["reject-publish-dlx", "reject-publish-dlx"],
        ],
        text("overflow"),
      ),
      textField("dead-letter-exchange", "form.dead_letter_exchange", text("dead-letter-exchange")),
      numberField("delivery-limit", "form.delivery_limit", number("delivery-limit"), null, {
        isOptional: true,
      }),
    ],
    command: (answers) => policyCommand(node, answers),
  };
}

function policyCommand(node: PictureNode, answers: Answers): Command {
  const definition: Record<string, unknown> = {};
  for (const name of ["message-ttl", "max-length", "delivery-limit"]) {
    const value = answers.number(name);
    if (value !== null) {
      definition[name] = value;
    }
  }
  for (const name of ["overflow", "dead-letter-exchange"]) {
    const value = answers.text(name);
    if (value !== "") {
      definition[name] = value;
    }
  }
  const [virtual_host, name] = [node.virtual_host, policyName(node)];
  return {
    command: "set_policy",
    virtual_host,
    name,
    pattern: `^${node.name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`,
    "apply-to": "queues",
    priority: POLICY_PRIORITY,
    definition,
  };
}

/** A binding to a queue or an exchange from an exchange. */
export function bindForm(session: Session, node: PictureNode): Form {
  const sources = (session.picture?.nodes ?? []).filter(
    (other) =>
      other.kind === "exchange" &&
      other.virtual_host === node.virtual_host &&
      other.id !== node.id &&
      !other.id.endsWith("/"),
  );
  return {
    title: "form.bind",
    button: "form.bind_button",
    fields: [
      choiceField(
        "source",
        "form.bind_from",
        sources.map((source) => [source.name, source.name] as const),
        sources[0]?.name ?? "",
      ),
      textField("routing_key", "form.routing_key"),
    ],
    command: (answers) => {
      const [source, routing_key] = [answers.text("source"), answers.text("routing_key")];
      return {
        command: "manage",
        virtual_host: node.virtual_host,
        method:
          node.kind === "queue"
            ? { "queue.bind": { queue: node.name, exchange: source, routing_key } }
            : { "exchange.bind": { destination: node.name, source, routing_key } },
      };
    },
  };
}
