// Fields for text that is searched for.

/**
 * Calls back when the text of a field has changed, once its user pauses. Esc clears the field, and leaves one that is empty.
 *
 * @param changed called with the text
 * @param leave   where the focus goes from an empty field
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
    // A browser that clears the field by its button or by Esc reports it by this event only.
    field.addEventListener('search', tell);
    field.addEventListener('keydown', (press) => {
        if (press.key !== 'Escape' || press.isComposing) return;
        if (field.value === '') return leave.focus();
        press.preventDefault();
        field.value = '';
        tell();
    });
}
