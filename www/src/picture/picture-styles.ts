import { css } from "lit";

export const pictureStyles = css`
  :host {
    display: block;
    position: relative;
    overflow: hidden;
    min-height: 0;
    background: var(--ground);
    contain: strict;
  }
  .surface {
    position: absolute;
    inset: 0;
    cursor: grab;
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
  }
  .surface:active {
    cursor: grabbing;
  }
  :host(:not([wheel])) .surface {
    touch-action: pan-y;
  }
  svg.picture,
  canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    display: block;
  }
  canvas {
    pointer-events: none;
  }
  text {
    font-family: var(--sans);
    text-anchor: middle;
    fill: var(--ink);
    pointer-events: none;
  }
  .group rect {
    fill: var(--panel);
    stroke: var(--line);
  }
  .group text {
    text-anchor: start;
    font-size: calc(13px / min(var(--scale), 1));
    font-weight: 600;
    fill: var(--muted);
  }
  .edge path {
    fill: none;
    stroke: var(--edge);
    stroke-width: 1.4;
  }
  .edge.alternate path {
    stroke-dasharray: 5 4;
  }
  .edge.dead_letter path {
    stroke-dasharray: 2 4;
  }
  .edge text {
    font: max(12px, 9.5px / var(--scale)) var(--mono);
    fill: var(--ink);
    stroke: var(--ground);
    stroke-width: 5px;
    stroke-linejoin: round;
    paint-order: stroke;
  }
  .grouped .edge text,
  .grouped .detail,
  .grouped .name {
    stroke: var(--panel);
  }
  .edge.down path {
    stroke-dasharray: 2 8;
  }
  .edge path.ticks {
    stroke-width: 1.4;
    stroke-dasharray: none;
  }
  [data-detail="middle"] .edge .ticks,
  [data-detail="far"] .edge .ticks {
    display: none;
  }
  .edge.near path {
    stroke: var(--link);
    stroke-width: 2.4;
  }
  .tip {
    fill: var(--edge);
  }
  .node {
    cursor: pointer;
    outline: none;
  }
  .form {
    fill: var(--panel);
    stroke-width: 2;
  }
  .producer .form {
    stroke: var(--producer);
    fill: color-mix(in srgb, var(--producer) 12%, var(--panel));
  }
  .socket .form {
    stroke: var(--socket);
    fill: color-mix(in srgb, var(--socket) 12%, var(--panel));
  }
  .exchange .form {
    stroke: var(--exchange);
    fill: color-mix(in srgb, var(--exchange) 12%, var(--panel));
    stroke-linejoin: round;
  }
  .queue .form {
    stroke: var(--queue);
    fill: color-mix(in srgb, var(--queue) 8%, var(--panel));
  }
  .consumer .form {
    stroke: var(--consumer);
    fill: color-mix(in srgb, var(--consumer) 12%, var(--panel));
  }
  .queue .out {
    fill: none;
    stroke: var(--queue);
    stroke-width: 1.2;
    stroke-dasharray: 3 3;
  }
  .queue .cells {
    fill: none;
    stroke: var(--queue);
    opacity: 0.28;
  }
  .waits circle {
    fill: var(--panel);
    stroke: var(--queue);
    stroke-width: 1.6;
  }
  .waits path {
    fill: none;
    stroke: var(--queue);
    stroke-width: 1.8;
    stroke-linecap: round;
  }
  .letter {
    font-size: 19px;
    font-weight: 600;
    dominant-baseline: central;
  }
  .socket .letter {
    font-size: 16px;
  }
  .compact .letter {
    font-size: 12px;
  }
  .producer .letter {
    fill: var(--producer);
  }
  .socket .letter {
    fill: var(--socket);
    font-size: 17px;
  }
  .server .form,
  .browser .form {
    stroke: var(--server);
    fill: color-mix(in srgb, var(--server) 10%, var(--panel));
  }
  .server .strokes,
  .browser .strokes {
    fill: none;
    stroke: var(--server);
    stroke-width: 1.6;
    stroke-linecap: round;
  }
  .server .dot,
  .browser .dot {
    fill: var(--server);
  }
  .exchange .letter {
    fill: var(--exchange);
  }
  .consumer .letter {
    fill: var(--consumer);
  }
  .name {
    font-size: max(14px, 10.5px / var(--scale));
    font-weight: 600;
    stroke: var(--ground);
    stroke-width: 4px;
    stroke-linejoin: round;
    paint-order: stroke;
  }
  .compact .edge text {
    font-size: max(10.5px, 8.5px / var(--scale));
  }
  .compact .name {
    font-size: max(11.5px, 9.5px / var(--scale));
    font-weight: 500;
  }
  .detail {
    font-size: max(12px, 9.5px / var(--scale));
    fill: var(--muted);
    font-variant-numeric: tabular-nums;
    stroke: var(--ground);
    stroke-width: 3px;
    stroke-linejoin: round;
    paint-order: stroke;
  }
  .gone {
    opacity: 0.35;
  }
  .down .form,
  .connecting .form {
    fill: var(--ground);
    stroke-dasharray: 5 4;
  }
  .down .letter {
    opacity: 0.6;
  }
  .sign circle {
    fill: var(--panel);
    stroke: var(--ink);
    stroke-width: 1.6;
  }
  .sign path {
    fill: none;
    stroke: var(--ink);
    stroke-width: 1.8;
    stroke-linecap: round;
  }
  .sign.alarm circle,
  .sign.alarm path {
    stroke: var(--alarm);
  }
  .hit {
    fill: none;
    stroke: none;
    pointer-events: all;
  }
  .halo {
    fill: none;
    stroke: none;
    stroke-width: 2;
    vector-effect: non-scaling-stroke;
  }
  .node:hover .form {
    stroke-width: 3;
  }
  .node.pointed .halo {
    stroke: var(--muted);
    stroke-dasharray: 3 3;
  }
  .node.selected .halo {
    stroke: var(--link);
  }
  .node:focus-visible .halo {
    stroke: var(--link);
    stroke-width: 3;
  }
  [data-detail="middle"] .detail,
  [data-detail="middle"] .edge text,
  [data-detail="far"] .detail,
  [data-detail="far"] .edge text,
  [data-detail="far"] .letter,
  [data-detail="far"] .node:not(.landmark) .name,
  [data-detail="far"] .waits,
  [data-detail="far"] .sign,
  [data-detail="far"] .cells {
    display: none;
  }
  [data-detail="far"] .landmark .name {
    font-size: calc(11.5px / var(--scale));
    stroke-width: calc(4px / var(--scale));
  }
  .tools {
    right: 12px;
    bottom: 12px;
  }
  .choices {
    position: absolute;
    left: 12px;
    top: 12px;
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    max-width: calc(100% - 24px);
    font-size: 12px;
  }
  .choices label {
    color: var(--muted);
  }
  .choices select {
    min-height: 26px;
    max-width: 190px;
    padding: 0 4px;
    color: var(--ink);
    font-size: 12px;
  }
  .broker-down {
    position: absolute;
    left: 50%;
    top: 12px;
    translate: -50% 0;
    margin: 0;
    padding: 4px 10px;
    border: 1px dashed var(--alarm);
    border-radius: var(--corner);
    background: var(--panel);
    color: var(--alarm);
    font-size: 12px;
    white-space: nowrap;
  }
  @media (max-width: 719px) {
    .broker-down {
      top: 46px;
    }
  }
  .corner {
    position: absolute;
    left: 12px;
    bottom: 12px;
    max-width: calc(100% - 150px);
  }
`;
