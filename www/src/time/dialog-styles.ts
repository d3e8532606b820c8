import { css } from "lit";

/** What lists and forms look like in the dialogs of the time bar. */
export const dialogStyles = css`
  dialog {
    width: min(720px, calc(100vw - 24px));
    text-align: start;
  }
  h2:focus {
    outline: none;
  }
  p {
    margin: 0;
  }
  h3 {
    margin: 20px 0 6px;
    font-size: 14px;
  }
  ul {
    list-style: none;
    margin: 12px 0 0;
    padding: 0;
  }
  li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
    padding: 6px 0;
    border-top: 1px solid var(--line);
  }
  li .says {
    flex: 1 1 220px;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  li label.says {
    display: flex;
    gap: 8px;
    align-items: baseline;
    cursor: pointer;
  }
  li .acts {
    display: flex;
    gap: 4px;
    margin-left: auto;
  }
  .off {
    color: var(--muted);
  }
  .absent {
    display: block;
    font-size: 12px;
    color: var(--muted);
  }
  form {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(180px, 100%), 1fr));
    align-items: end;
    gap: 8px 12px;
  }
  form label {
    display: grid;
    gap: 2px;
    min-width: 0;
    font-size: 12px;
  }
  form select,
  form input[type="text"],
  form input[type="number"] {
    width: 100%;
    min-width: 0;
    min-height: 32px;
    font-size: 14px;
    text-overflow: ellipsis;
  }
  form .with-unit {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  form button {
    justify-self: start;
  }
  .problem {
    margin-top: 8px;
    padding: 8px 12px;
    border-left: 3px solid var(--alarm);
    background: var(--raised);
    overflow-wrap: anywhere;
  }
`;
