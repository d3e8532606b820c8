import { css } from "lit";

export const pageStyles = css`
  :host {
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    height: 100dvh;
    background: var(--ground);
  }
  main {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    min-height: 0;
    min-width: 0;
  }
  queue-scope {
    min-height: 0;
    min-width: 0;
  }
  aside {
    width: 340px;
    min-height: 0;
    overflow: auto;
    background: var(--panel);
    border-left: 1px solid var(--line);
  }
  .medium aside {
    position: absolute;
    inset: 0 0 0 auto;
    width: min(340px, 80%);
    box-shadow: -8px 0 24px rgb(0 0 0 / 0.14);
  }
  .below {
    display: grid;
    min-height: 0;
    height: clamp(140px, 27dvh, 300px);
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
  }
  .below.tall {
    height: clamp(200px, 44dvh, 480px);
  }
  .narrow .below {
    height: 44dvh;
  }
  .tabs {
    display: flex;
    border-top: 1px solid var(--line);
    background: var(--panel);
  }
  .tabs button {
    border-radius: 0;
    border: 0;
    border-bottom: 2px solid transparent;
    min-height: 28px;
    padding: 0 16px;
    font-size: 12px;
  }
  .narrow .tabs button {
    flex: 1;
    min-height: 38px;
    padding: 0 4px;
    font-size: 14px;
  }
  .late {
    margin: 0;
    padding: 12px 16px;
  }
  .tabs button[aria-selected="true"] {
    border-bottom-color: var(--link);
    font-weight: 600;
  }
  .panel {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    min-height: 0;
    overflow: auto;
  }
  aside queuescope-inspector,
  .panel queuescope-inspector {
    overflow: visible;
  }
  .drop {
    position: fixed;
    inset: 0;
    display: grid;
    place-items: center;
    background: color-mix(in srgb, var(--ground) 80%, transparent);
    border: 3px dashed var(--link);
    pointer-events: none;
    z-index: 2;
  }
  .drop p {
    padding: 12px 20px;
    border-radius: var(--corner);
    background: var(--panel);
    border: 1px solid var(--line);
    font-size: 16px;
  }
  /* One thing below another: picture and time bar fill the first screen, the panels peep in from below. */
  @media (max-width: 719px) {
    :host {
      height: auto;
    }
    queue-scope {
      height: calc(max(100dvh - 100px, 460px) + 72dvh);
    }
    .narrow .below {
      flex: none;
      height: 72dvh;
    }
  }
  /* The picture alone. */
  @media print {
    :host,
    main,
    queue-scope {
      display: block;
      height: auto;
    }
    queuescope-top-bar,
    aside,
    .below {
      display: none;
    }
  }
`;
