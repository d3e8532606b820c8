import { css } from "lit";

export const logStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    background: var(--panel);
    border-top: 1px solid var(--line);
  }
  header {
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 6px 16px;
    font-size: 12px;
    border-bottom: 1px solid var(--line);
  }
  h2 {
    margin: 0;
    font-size: 12px;
    font-weight: 600;
  }
  header .count {
    flex: 1;
  }
  header label {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  header input[type="search"] {
    width: 150px;
    font-size: 12px;
  }
  header select {
    min-height: 28px;
    max-width: 170px;
    font-size: 12px;
    text-overflow: ellipsis;
  }
  header select.chosen {
    border-color: var(--link);
  }
  .scroll {
    flex: 1;
    min-height: 0;
    overflow: auto;
    padding: 4px 0;
  }
  ol {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  li {
    display: grid;
    grid-template-columns: 9.5ch 1fr auto;
    gap: 0 12px;
    padding: 1px 16px;
    line-height: 1.5;
  }
  li:hover {
    background: var(--raised);
  }
  li.met {
    background: color-mix(in srgb, var(--link) 12%, var(--panel));
    box-shadow: inset 3px 0 var(--link);
  }
  li.begins {
    border-top: 1px solid var(--line);
    margin-top: 2px;
    padding-top: 3px;
  }
  li:first-child {
    border-top: 0;
  }
  .time {
    font-size: 12px;
    line-height: 21px;
    color: var(--muted);
  }
  .rule-button {
    min-height: 20px;
    padding: 0 6px;
    font-size: 12px;
    line-height: 1;
    color: var(--muted);
  }
  .rule-button[aria-expanded="true"] {
    background: var(--raised);
    color: var(--ink);
  }
  .rule {
    grid-column: 2 / -1;
    margin: 2px 0 6px;
    padding: 6px 10px;
    border-left: 2px solid var(--link);
    background: var(--raised);
    font-size: 12px;
  }
  .quiet {
    margin: 0;
    padding: 6px 16px;
    font-size: 12px;
    color: var(--muted);
  }
  @media (max-width: 480px) {
    li {
      padding: 1px 12px;
      grid-template-columns: 9.5ch 1fr auto;
      gap: 0 8px;
    }
    header {
      flex-wrap: wrap;
      gap: 6px 8px;
      padding: 6px 12px;
    }
    header h2 {
      flex: 1;
    }
    header select {
      flex: 1 1 90px;
      min-width: 0;
    }
    header .count {
      display: none;
    }
    header input[type="search"] {
      width: 110px;
    }
  }
`;
