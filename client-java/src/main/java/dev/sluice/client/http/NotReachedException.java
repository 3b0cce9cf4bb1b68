package dev.sluice.client.http;

import java.io.IOException;
import java.net.URI;
import javax.net.ssl.SSLException;

/** No connection came about, so that the hub can't have seen anything of the request. */
public final class NotReachedException extends IOException {
    private static final long serialVersionUID = 1;

    NotReachedException(URI uri, Throwable cause) {
        this("no connection to " + uri.getScheme() + "://" + uri.getAuthority(), cause);
    }

    private NotReachedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** TLS comes before the request (RFC 8446 §2), so a handshake that fails has sent none. */
    static NotReachedException insecure(URI uri, SSLException reason) {
        return new NotReachedException(
                "no secure connection to " + uri.getScheme() + "://" + uri.getAuthority() + ": " + reason.getMessage(),
                reason);
    }
}
