import { css } from "lit";

export const sequenceStyles = css`
  :host {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr);
    position: relative;
    min-height: 0;
    min-width: 0;
    background: var(--ground);
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 14px;
    min-height: 48px;
    padding: 6px 340px 6px 12px;
    font-size: 12px;
    color: var(--muted);
  }
  @media (min-width: 720px) {
    :host([beside]) {
      border-left: 1px solid var(--line);
    }
  }
  :host {
    container-type: inline-size;
  }
  :host([beside]) .choices {
    padding-right: 132px;
  }
  @container (max-width: 620px) {
    .choices {
      padding-right: 132px;
    }
  }
  .scroll {
    position: relative;
    overflow: auto;
    min-height: 0;
    overscroll-behavior: contain;
    border-top: 1px solid var(--line);
  }
  svg.diagram {
    display: block;
    overflow: hidden;
  }
  text {
    font-family: var(--sans);
    fill: var(--ink);
  }
  .lifeline {
    stroke: var(--edge);
    stroke-width: 1.2;
  }
  .lifeline.producer {
    stroke: var(--producer);
  }
  .lifeline.exchange {
    stroke: var(--exchange);
  }
  .lifeline.queue {
    stroke: var(--queue);
  }
  .lifeline.socket {
    stroke: var(--socket);
  }
  .lifeline.consumer {
    stroke: var(--consumer);
  }
  .tick {
    stroke: var(--line);
    stroke-width: 1;
    opacity: 0.6;
  }
  .time {
    font: 12px var(--mono);
    font-variant-numeric: tabular-nums;
    text-anchor: end;
    fill: var(--muted);
  }
  .pause rect {
    fill: var(--ground);
  }
  .pause path {
    fill: none;
    stroke: var(--edge);
    stroke-dasharray: 2 5;
  }
  .hit {
    fill: none;
    stroke: transparent;
    stroke-width: 14;
    pointer-events: all;
  }
  circle.hit {
    stroke: none;
  }
  .arrow,
  .stay,
  .mark {
    cursor: pointer;
  }
  .way,
  .wait {
    fill: none;
    stroke: var(--hue);
    stroke-width: 1.8;
  }
  .method .way {
    stroke-width: 1.3;
  }
  .wait {
    stroke-dasharray: 2 4;
    stroke-width: 3;
  }
  .head {
    fill: var(--hue);
  }
  .halo {
    fill: var(--ground);
  }
  .label {
    font-size: 12px;
    text-anchor: middle;
  }
  .count {
    font: 600 11px var(--mono);
    paint-order: stroke;
    stroke: var(--ground);
    stroke-width: 3px;
  }
  .ground {
    fill: var(--ground);
  }
  .stay {
    stroke-width: 1.4;
  }
  .stay.ready {
    fill: var(--queue);
    stroke: var(--queue);
  }
  .stay.unacknowledged {
    fill: var(--ground);
    stroke: var(--queue);
  }
  .stay.buffered {
    fill: var(--ground);
    stroke: var(--consumer);
  }
  .stay.work {
    fill: var(--consumer);
    stroke: var(--consumer);
  }
  .stay.kept {
    fill: var(--ground);
    stroke: var(--queue);
    stroke-dasharray: 3 2;
  }
  .stay.unanswered {
    fill: var(--ground);
    stroke: var(--server);
  }
  .stay.held {
    fill: var(--ground);
    stroke: var(--muted);
    stroke-dasharray: 3 2;
  }
  .other {
    opacity: 0.24;
  }
  .pointed .way,
  .chosen .way {
    stroke-width: 3.2;
  }
  .arrow.chosen .halo,
  .arrow.pointed .halo {
    fill: var(--raised);
  }
  .arrow.chosen .halo {
    stroke: var(--link);
    stroke-width: 1.5;
  }
  .stay.chosen,
  .stay.pointed {
    stroke: var(--link);
    stroke-width: 2.4;
  }
  .mark.chosen .hit,
  .mark.pointed .hit {
    stroke: var(--link);
    stroke-width: 2;
  }
  .veil {
    fill: var(--ground);
    opacity: 0.72;
    pointer-events: none;
  }
  .now {
    pointer-events: none;
  }
  .now line {
    stroke: var(--link);
    stroke-width: 1.6;
  }
  .now rect {
    fill: var(--link);
  }
  .now text {
    font: 600 12px var(--mono);
    text-anchor: end;
    fill: var(--ground);
  }
  .tools {
    right: 20px;
    bottom: 20px;
    z-index: 2;
  }
  .tools button.now-button {
    min-height: 30px;
    font-size: 12px;
  }
  @media (max-width: 560px) {
    .tools {
      right: 12px;
      bottom: 12px;
    }
  }
  @media print {
    :host {
      display: block;
    }
    .scroll {
      overflow: visible;
      border: 0;
    }
    .heads {
      position: relative;
    }
    .choices,
    .detail,
    .veil,
    .now,
    .earlier {
      display: none;
    }
  }
`;
