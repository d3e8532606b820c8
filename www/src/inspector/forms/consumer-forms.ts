import type { Acknowledgement, ConsumerState, PictureNode, Service } from "queuescope";
import { word } from "../../words/words.ts";
import { type Answers, choiceField, type Form, numberField } from "./form.ts";

/** What can be changed at a consumer. */
export function consumerForms(node: PictureNode, state: ConsumerState): Form[] {
  return [
    prefetchForm(node, state),
    serviceForm(node, state),
    slownessForm(node, state),
    modeForm(node, state),
  ];
}

function prefetchForm(node: PictureNode, state: ConsumerState): Form {
  return {
    title: "form.prefetch",
    button: "form.set",
    fields: [
      numberField("prefetch", "form.prefetch_limit", state.prefetch, "form.prefetch_unit", { most: 65_535 }),
    ],
    command: (answers) => ({
      command: "set_prefetch",
      node: node.id,
      prefetch: answers.number("prefetch") ?? 0,
    }),
  };
}

function serviceForm(node: PictureNode, state: ConsumerState): Form {
  const mean = state.service_us === null ? 1_000 : state.service_us / 1e3;
  const kinds = ["constant", "exponential", "uniform", "log_normal", "pareto"] as const;
  return {
    title: "form.service",
    button: "form.set",
    fields: [
      choiceField(
        "kind",
        "form.distribution",
        kinds.map((kind) => [kind, word(`form.distribution_${kind}`)] as const),
        "constant",
      ),
      numberField("mean", "form.mean", Number(mean.toPrecision(4)), "unit.milliseconds", {
        least: 0.001,
        isFraction: true,
      }),
    ],
    command: (answers) => ({
      command: "set_service",
      node: node.id,
      service: service(answers.text("kind"), Math.round((answers.number("mean") ?? mean) * 1e3)),
    }),
  };
}

/** A distribution with this mean. Of those with more than one parameter the usual example of its kind. */
export function service(kind: string, mean_us: number): Service {
  switch (kind) {
    case "exponential":
      return { exponential: { mean_us } };
    case "uniform":
      return { uniform: { least_us: 0, most_us: 2 * mean_us } };
    case "log_normal":
      return { log_normal: { mean_us: Math.max(1, mean_us), deviation_us: mean_us } };
    case "pareto":
      // With the shape 1.5 the mean is three times the least; there is no variance.
      return { pareto: { least_us: Math.max(1, Math.round(mean_us / 3)), shape: 1.5 } };
    default:
      return { constant: { duration_us: mean_us } };
  }
}

function slownessForm(node: PictureNode, state: ConsumerState): Form {
  return {
    title: "form.slow_down",
    button: "form.set",
    fields: [
      numberField("factor", "form.factor", state.slowness, "form.factor_unit", {
        least: 0.001,
        most: 1_000_000,
        isFraction: true,
      }),
    ],
    command: (answers) => ({ command: "slow_down", node: node.id, factor: answers.number("factor") ?? 1 }),
  };
}

function modeForm(node: PictureNode, state: ConsumerState): Form {
  const modes = ["manual", "automatic", "before", "never", "batch"] as const;
  return {
    title: "form.acknowledgement",
    button: "form.set",
    fields: [
      choiceField(
        "mode",
        "form.acknowledges",
        modes.map((mode) => [mode, word(`form.acknowledges_${mode}`)] as const),
        state.acknowledgement,
      ),
      numberField("batch", "form.batch", state.batch ?? 10, "form.batch_unit", { least: 1 }),
    ],
    command: (answers) => ({
      command: "set_acknowledgement",
      node: node.id,
      acknowledgement: acknowledgement(answers),
    }),
  };
}

function acknowledgement(answers: Answers): Acknowledgement {
  const mode = answers.text("mode");
  switch (mode) {
    case "automatic":
    case "before":
    case "never":
      return mode;
    case "batch":
      return { batch: answers.number("batch") ?? 1 };
    default:
      return "manual";
  }
}
