/** The custom element `<queue-scope>` for other people's pages; see `QueueScope` for its attributes and events. */
export { QueueScope } from "./element/queue-scope.ts";
