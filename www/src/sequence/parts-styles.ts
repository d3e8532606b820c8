import { css } from "lit";

/** The names above the lines, and what is said of the thing that is looked at. */
export const partsStyles = css`
  .heads {
    position: sticky;
    top: 0;
    z-index: 1;
    height: 46px;
    background: var(--ground);
    border-bottom: 1px solid var(--line);
  }
  .heads button {
    position: absolute;
    top: 5px;
    display: grid;
    gap: 0;
    min-height: 36px;
    padding: 1px 6px;
    translate: -50% 0;
    line-height: 1.25;
    border-color: currentColor;
    border-width: 1.5px;
  }
  .heads .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: 13px;
    font-weight: 600;
    color: var(--ink);
  }
  .heads .kind {
    overflow: hidden;
    text-overflow: ellipsis;
    font-size: 12px;
  }
  .heads button[aria-pressed="true"] {
    background: var(--raised);
    outline: 2px solid var(--link);
    outline-offset: 1px;
  }
  .heads .producer {
    color: var(--producer);
    border-radius: 18px;
  }
  .heads .exchange {
    color: var(--exchange);
  }
  .heads .queue {
    color: var(--queue);
  }
  .heads .consumer {
    color: var(--consumer);
    border-radius: 18px;
  }
  .heads .socket {
    color: var(--socket);
  }
  .heads .broker {
    color: var(--muted);
  }
  .earlier {
    position: absolute;
    left: 12px;
    top: 54px;
    z-index: 1;
    min-height: 28px;
    font-size: 12px;
  }
  .empty {
    margin: 24px 16px;
    color: var(--muted);
  }
  .detail {
    position: absolute;
    left: 12px;
    bottom: 12px;
    z-index: 2;
    display: grid;
    gap: 6px;
    max-width: min(620px, calc(100% - 190px));
    padding: 8px 12px;
    border: 1px solid var(--line);
    border-left: 3px solid var(--link);
    border-radius: var(--corner);
    background: var(--panel);
    font-size: 13px;
  }
  .detail p {
    margin: 0;
    overflow-wrap: anywhere;
  }
  .detail .acts {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }
  .detail button {
    min-height: 26px;
    padding: 0 8px;
    font-size: 12px;
  }
  @container (max-width: 620px) {
    .heads .kind {
      display: none;
    }
    .heads .name {
      white-space: normal;
      overflow-wrap: anywhere;
      line-height: 1.15;
    }
  }
  @media (max-width: 560px) {
    .detail {
      right: 12px;
      bottom: 62px;
      max-width: none;
    }
    .heads button {
      padding: 1px 3px;
    }
    .heads .name {
      font-size: 12px;
    }
  }
`;
