/** The address of a page that states a rule: a path on rabbitmq.com, or a whole address already. */
export function documentationAddress(path: string): string {
  return new URL(path, "https://www.rabbitmq.com/").href;
}
