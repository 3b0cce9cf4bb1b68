/** Checks the tokens that the page returns. */
import { SluiceError } from './errors.js';

/**
 * Trims tokens, which often end in a line feed. A token that no header can carry is rejected here: the error of `fetch` would show it.
 */
export function checked(getToken) {
  return async () => {
    let token;
    try {
      token = await getToken();
    } catch (cause) {
      throw new SluiceError('getToken failed.', { cause, isTransient: true });
    }
    const text = String(token ?? '').trim();
    if (/[^ -~]/.test(text)) throw new SluiceError('getToken returned something that cannot be a token.', { isTransient: true });
    return text || undefined;
  };
}
