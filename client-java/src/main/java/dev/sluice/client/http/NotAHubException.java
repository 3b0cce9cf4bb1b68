package dev.sluice.client.http;

/** A success that no hub gives, as a captive portal's page: another server answers at this address, perhaps for a while. */
public final class NotAHubException extends Exception {
    private static final long serialVersionUID = 1;

    public NotAHubException(String message) {
        super(message);
    }
}
