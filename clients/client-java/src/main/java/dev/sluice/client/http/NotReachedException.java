package dev.sluice.client.http;

import java.io.IOException;
import java.net.URI;
import javax.net.ssl.SSLException;

/** No connection could be established, so the request was certainly not sent. */
public final class NotReachedException extends IOException {
    private static final long serialVersionUID = 1;

    NotReachedException(URI uri, Throwable cause) {
        this("no connection to " + uri.getScheme() + "://" + uri.getAuthority(), cause);
    }

    private NotReachedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The TLS handshake precedes the request (RFC 8446 §2), so after a failed handshake the request was not sent. */
    static NotReachedException insecure(URI uri, SSLException reason) {
        return new NotReachedException(
                "no secure connection to " + uri.getScheme() + "://" + uri.getAuthority() + ": "
                        + CertificateProblem.describe(reason),
                reason);
    }
}
