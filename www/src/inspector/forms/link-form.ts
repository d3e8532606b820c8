import type { LinkState } from "queuescope";
import { word } from "../../words/words.ts";
import { choiceField, type Form, numberField } from "./form.ts";

const JITTERS = ["uniform", "exponential", "normal"] as const;

/** What the line of a client does, both ways. */
export function linkForm(link: LinkState): Form {
  const [kind, jitter] = link.jitter ?? ["exponential", 0];
  const bandwidth = link.bandwidth_bits_per_s;
  return {
    title: "form.link",
    button: "form.set",
    fields: [
      numberField("latency", "form.latency", link.latency_us / 1e3, "unit.milliseconds", {
        isFraction: true,
      }),
      choiceField(
        "kind",
        "form.jitter_kind",
        JITTERS.map((each) => [each, word(`form.jitter_${each}`)] as const),
        kind,
      ),
      numberField("jitter", "form.jitter", jitter / 1e3, "unit.milliseconds", { isFraction: true }),
      numberField(
        "bandwidth",
        "form.bandwidth",
        bandwidth === null ? null : bandwidth / 1e3,
        "unit.kilobits",
        {
          least: 0.001,
          isFraction: true,
          isOptional: true,
        },
      ),
      numberField("loss", "form.loss", Number((link.loss * 100).toPrecision(4)), "unit.percent", {
        most: 100,
        isFraction: true,
      }),
    ],
    command: (answers) => {
      const us = (name: string) => Math.round((answers.number(name) ?? 0) * 1e3);
      return {
        command: "set_link",
        node: link.node,
        latency_us: us("latency"),
        jitter: jitterOf(answers.text("kind"), us("jitter")),
        // 0 is no limit.
        bandwidth_bits_per_s: us("bandwidth"),
        loss: (answers.number("loss") ?? 0) / 100,
      };
    },
  };
}

function jitterOf(kind: string, us: number) {
  switch (kind) {
    case "uniform":
      return { uniform: { most_us: us } };
    case "normal":
      return { normal: { deviation_us: us } };
    default:
      return { exponential: { mean_us: us } };
  }
}
