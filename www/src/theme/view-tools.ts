import { css } from "lit";

/** The box of buttons in the lower corner of a view. Where just it stands, the view says. */
export const viewTools = css`
  .tools {
    position: absolute;
    display: flex;
    gap: 4px;
    padding: 4px;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--panel);
  }
  .tools button.icon {
    width: 30px;
    min-height: 30px;
    height: 30px;
  }
  .choices label {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  @media print {
    .tools,
    .choices {
      display: none;
    }
  }
`;
