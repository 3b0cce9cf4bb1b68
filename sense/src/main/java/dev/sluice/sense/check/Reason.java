package dev.sluice.sense.check;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/// Why there was no answer, in words that a person on call understands.
public final class Reason {
    private Reason() {}

    public static String of(IOException failed) {
        for (Throwable at = failed; at != null; at = at.getCause()) {
            if (at instanceof CertificateException) return "an untrusted certificate: " + at.getMessage();
            if (at instanceof UnresolvedAddressException || at instanceof UnknownHostException) return "unknown host";
        }
        return switch (failed) {
            case HttpTimeoutException _ -> "no answer in time";
            case SocketTimeoutException _ -> "no answer in time";
            case NoRouteToHostException _ -> "no route to the host";
            case ConnectException _ -> "connection refused";
            case SSLException tls -> "TLS failed: " + tls.getMessage();
            default -> failed.getMessage() == null ? "the connection was closed" : failed.getMessage();
        };
    }
}
