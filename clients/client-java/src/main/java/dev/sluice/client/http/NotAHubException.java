package dev.sluice.client.http;

/**
 * A successful response that no hub sends, for example the page of a captive portal: another server answers at this
 * address, perhaps temporarily.
 */
public final class NotAHubException extends Exception {
    private static final long serialVersionUID = 1;

    public NotAHubException(String message) {
        super(message);
    }
}
