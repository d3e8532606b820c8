import type { Arrivals, PictureNode, ProducerState } from "queuescope";
import type { Session } from "../../session/session.ts";
import { word } from "../../words/words.ts";
import { areaField, choiceField, type Form, flagField, numberField, textField } from "./form.ts";
import { headersFrom } from "./headers.ts";

/** Another rhythm for a producer. */
export function rateForm(node: PictureNode, state: ProducerState): Form {
  const rate = state.per_second ?? 1;
  return {
    title: "form.rate",
    button: "form.set",
    fields: [
      choiceField(
        "kind",
        "form.rhythm",
        [
          ["poisson", word("form.rhythm_poisson")],
          ["constant", word("form.rhythm_constant")],
          ["ramp", word("form.rhythm_ramp")],
        ],
        state.arrivals === "constant" ? "constant" : "poisson",
      ),
      numberField("rate", "form.per_second", rounded(rate), "unit.per_second", {
        least: 0.001,
        most: 100_000,
        isFraction: true,
      }),
      numberField("over", "form.ramp_over", 10, "unit.seconds", { isFraction: true }),
    ],
    command: (answers) => {
      const per_second = answers.number("rate") ?? rate;
      return {
        command: "set_arrivals",
        node: node.id,
        arrivals: rhythm(answers.text("kind"), rate, per_second, answers.number("over") ?? 0),
      };
    },
  };
}

function rhythm(kind: string, before: number, per_second: number, overSeconds: number): Arrivals {
  switch (kind) {
    case "constant":
      return { constant: { interval_us: Math.max(1, Math.round(1e6 / per_second)) } };
    case "ramp":
      return {
        ramp: { from_per_second: before, to_per_second: per_second, over_us: Math.round(overSeconds * 1e6) },
      };
    default:
      return { poisson: { per_second } };
  }
}

function rounded(rate: number): number {
  return Number(rate.toPrecision(4));
}

/** A message of one's own. */
export function publishForm(session: Session, node: PictureNode): Form {
  const exchanges = (session.picture?.nodes ?? []).filter(
    (other) => other.kind === "exchange" && other.virtual_host === node.virtual_host,
  );
  const names = exchanges.map((exchange) => exchange.id.slice(exchange.id.lastIndexOf("/") + 1));
  const choices = [...new Set(["", ...names])].map(
    (name) => [name, name === "" ? word("form.default_exchange") : name] as const,
  );
  return {
    title: "form.publish",
    button: "form.publish_button",
    fields: [
      choiceField("exchange", "form.exchange", choices, names[0] ?? ""),
      textField("routing_key", "form.routing_key"),
      textField("body", "form.body"),
      areaField("headers", "form.headers", "form.headers_hint"),
      numberField("priority", "form.priority", null, null, { most: 255, isOptional: true }),
      flagField("persistent", "form.persistent"),
      flagField("mandatory", "form.mandatory"),
    ],
    command: (answers) => {
      const priority = answers.number("priority");
      return {
        command: "send",
        node: node.id,
        method: {
          "basic.publish": {
            exchange: answers.text("exchange"),
            routing_key: answers.text("routing_key"),
            body: answers.text("body"),
            headers: headersFrom(answers.text("headers")),
            persistent: answers.flag("persistent"),
            mandatory: answers.flag("mandatory"),
            ...(priority === null ? {} : { priority }),
          },
        },
      };
    },
  };
}
