import type { UserRights } from "queuescope";
import type { Session } from "../../session/session.ts";
import { choiceField, type Form, textField } from "./form.ts";

/** What a user may do, and with which keys at topic exchanges: forms to change it. */
export function rightsForms(session: Session, user: UserRights): Form[] {
  const hosts = session.picture?.virtual_hosts ?? ["/"];
  const topics = (session.picture?.nodes ?? []).filter(
    (node) => node.kind === "exchange" && node.exchange_type === "topic",
  );
  return [permissionsForm(hosts, user), ...(topics.length === 0 ? [] : [topicForm(topics, user)])];
}

function permissionsForm(hosts: readonly string[], user: UserRights): Form {
  const right = user.permissions[0];
  const first = right?.virtual_host ?? hosts[0] ?? "/";
  return {
    title: "form.permissions",
    button: "form.set",
    fields: [
      ...(hosts.length > 1
        ? [
            choiceField(
              "virtual_host",
              "inspect.virtual_host",
              hosts.map((host) => [host, host] as const),
              first,
            ),
          ]
        : []),
      textField("configure", "form.configure", right?.configure),
      textField("write", "form.write", right?.write),
      textField("read", "form.read", right?.read),
    ],
    command: (answers) => ({
      command: "set_permissions",
      virtual_host: answers.text("virtual_host") || first,
      user: user.name,
      configure: answers.text("configure"),
      write: answers.text("write"),
      read: answers.text("read"),
    }),
  };
}

function topicForm(
  exchanges: readonly { readonly name: string; readonly virtual_host: string }[],
  user: UserRights,
): Form {
  const limit = user.topics[0];
  return {
    title: "form.topic_permissions",
    button: "form.set",
    fields: [
      choiceField(
        "exchange",
        "form.exchange",
        exchanges.map(({ name }, place) => [String(place), name] as const),
        String(exchanges.findIndex(({ name }) => name === limit?.exchange)),
      ),
      textField("write", "form.write", limit?.write ?? ".*"),
      textField("read", "form.read", limit?.read ?? ".*"),
    ],
    command: (answers) => {
      const chosen = exchanges[answers.number("exchange") ?? 0];
      return {
        command: "set_topic_permissions",
        virtual_host: chosen?.virtual_host ?? "/",
        user: user.name,
        exchange: chosen?.name ?? "",
        write: answers.text("write"),
        read: answers.text("read"),
      };
    },
  };
}
