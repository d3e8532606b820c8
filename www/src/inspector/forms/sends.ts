/**
 * What a form's button does: `<button @click=${sends(act)}>`. Enter in a field comes here too, since the browser
 * presses the button then.
 *
 * It is the only way in which a form may be sent. In a frame with `sandbox="allow-scripts"`, as courses and notebooks
 * embed pages, the browser submits no form, so that none would ever hear of `submit`.
 */
export function sends(act: (form: HTMLFormElement) => void): (event: Event) => void {
  return (event) => {
    const { form } = event.currentTarget as HTMLButtonElement;
    event.preventDefault();
    if (form?.reportValidity()) {
      act(form);
    }
  };
}
