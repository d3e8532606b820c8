import { css } from "lit";

/** A word of a sentence that can be pressed. */
export const factStyles = css`
  button.word {
    display: inline;
    min-height: 0;
    padding: 0;
    border: 0;
    border-radius: 2px;
    background: none;
    color: var(--link);
    font-size: inherit;
    line-height: inherit;
    text-decoration: underline;
    text-decoration-thickness: 1px;
    text-underline-offset: 2px;
    text-decoration-color: color-mix(in srgb, var(--link) 40%, transparent);
  }
  button.word:hover {
    background: var(--raised);
    text-decoration-color: currentColor;
  }
  button.word.mono {
    font-family: var(--mono);
    font-size: 0.93em;
  }
`;
