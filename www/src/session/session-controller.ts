import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Session } from "./session.ts";
import type { Change } from "./session-types.ts";

/** Has a view drawn again when something it shows has changed. */
export class SessionController implements ReactiveController {
  readonly #host: ReactiveControllerHost & { session: Session | null };
  readonly #changes: ReadonlySet<Change>;
  readonly #changed: ((change: Change) => void) | undefined;
  #session: Session | null = null;
  #end: (() => void) | null = null;

  constructor(
    host: ReactiveControllerHost & { session: Session | null },
    changes: readonly Change[],
    changed?: (change: Change) => void,
  ) {
    this.#host = host;
    this.#changes = new Set(changes);
    this.#changed = changed;
    host.addController(this);
  }

  hostConnected(): void {
    this.#follow();
  }

  hostUpdate(): void {
    if (this.#host.session !== this.#session) {
      this.#follow();
    }
  }

  hostDisconnected(): void {
    this.#end?.();
    this.#end = null;
    this.#session = null;
  }

  #follow(): void {
    this.#end?.();
    this.#session = this.#host.session;
    this.#end =
      this.#session?.subscribe((change) => {
        this.#changed?.(change);
        if (this.#changes.has(change)) {
          this.#host.requestUpdate();
        }
      }) ?? null;
  }
}
