import { css } from "lit";

export const timeBarStyles = css`
  :host {
    display: block;
    position: relative;
    z-index: 3;
    background: var(--panel);
    border-top: 1px solid var(--line);
    container-type: inline-size;
  }
  .bar {
    display: grid;
    grid-template-columns: auto auto auto minmax(120px, 1fr) auto;
    grid-template-areas: "buttons speed clock timeline tools";
    align-items: center;
    column-gap: 20px;
    padding: 8px 16px;
  }
  .tools {
    grid-area: tools;
  }
  .buttons {
    grid-area: buttons;
  }
  .buttons,
  .tools {
    display: flex;
    gap: 4px;
  }
  .tools button {
    position: relative;
  }
  .badge {
    position: absolute;
    top: -5px;
    right: -5px;
    min-width: 16px;
    padding: 0 4px;
    border-radius: 8px;
    background: var(--link);
    color: var(--panel);
    font-size: 12px;
    line-height: 16px;
  }
  .between {
    display: flex;
  }
  .between button {
    width: 24px;
    height: 24px;
    min-height: 0;
    padding: 0;
  }
  .between svg.icon {
    width: 14px;
    height: 14px;
  }
  .play {
    width: 44px;
    background: var(--ink);
    color: var(--panel);
    border-color: var(--ink);
  }
  .play:hover {
    background: var(--link);
    border-color: var(--link);
  }
  .speed {
    grid-area: speed;
    display: flex;
    align-items: center;
    gap: 8px;
    font-size: 12px;
  }
  .speed input {
    width: 104px;
  }
  .speed output {
    width: 6ch;
  }
  .clock {
    grid-area: clock;
    display: flex;
    flex-direction: column;
    align-items: end;
    line-height: 1.15;
    min-width: 11ch;
  }
  .clock .time {
    font-size: 20px;
  }
  .clock .steps {
    font-size: 12px;
    color: var(--muted);
  }
  .timeline {
    grid-area: timeline;
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    gap: 0 10px;
  }
  .timeline input {
    height: 22px;
  }
  /* Not over the marks. */
  .timeline input:focus-visible {
    outline-offset: -2px;
  }
  .timeline .end {
    font-size: 12px;
    color: var(--muted);
  }
  /* Its room is always there: a note that comes moves nothing. */
  .note {
    grid-column: 1 / -1;
    height: 16px;
    overflow: hidden;
    font-size: 12px;
    line-height: 16px;
    color: var(--muted);
    white-space: nowrap;
    text-overflow: ellipsis;
  }
  @container (max-width: 760px) {
    .bar {
      grid-template-columns: auto 1fr auto auto;
      grid-template-areas: "buttons speed clock tools" "timeline timeline timeline timeline";
      gap: 6px 12px;
      padding: 8px 12px;
    }
    .speed {
      justify-self: center;
    }
  }
  @container (max-width: 520px) {
    .bar {
      grid-template-columns: 1fr auto auto;
      grid-template-areas: "buttons clock clock" "timeline timeline timeline" "speed speed tools";
    }
    .speed {
      justify-self: stretch;
    }
    .speed input {
      flex: 1;
    }
    .timeline .end {
      display: none;
    }
    .clock .time {
      font-size: 16px;
    }
    .clock {
      min-width: 9ch;
    }
  }
  /* On paper: the moment. */
  @media print {
    :host {
      border: 0;
      background: none;
    }
    .bar {
      display: block;
    }
    .buttons,
    .speed,
    .timeline,
    .tools,
    queuescope-stop-note {
      display: none;
    }
    .clock {
      align-items: start;
    }
  }
`;
