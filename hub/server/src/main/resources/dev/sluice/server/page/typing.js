// Fields for search texts.

/**
 * Calls back when the text of a field has changed and the user pauses. Esc clears the field, and leaves an empty one.
 *
 * @param changed called with the text
 * @param leave   the element that gets the focus when Esc leaves an empty field
 */
export function onText(field, changed, leave, pauseMs = 100) {
    let timer = 0;
    let told = field.value;
    const tell = () => {
        clearTimeout(timer);
        if (field.value === told) return;
        told = field.value;
        changed(told);
    };
    field.addEventListener('input', () => {
        clearTimeout(timer);
        timer = setTimeout(tell, pauseMs);
    });
    // When the browser's own button or Esc clears the field, it sends only this event.
    field.addEventListener('search', tell);
    field.addEventListener('keydown', (press) => {
        if (press.key !== 'Escape' || press.isComposing) return;
        if (field.value === '') return leave.focus();
        press.preventDefault();
        field.value = '';
        tell();
    });
}
