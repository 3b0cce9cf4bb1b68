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

    /// Returns why an HTTP client has no answer. For some that break the rules of HTTP it throws other exceptions.
    static Phrase of(Exception failed) {
        if (failed instanceof IOException io) return of(io);
        return failed.getCause() instanceof IOException io
                ? of(io)
                : Phrase.of("bad-answer", failed.getClass().getSimpleName());
    }

    public static Phrase of(IOException failed) {
        for (Throwable at = failed; at != null; at = at.getCause()) {
            if (at instanceof CertificateException) return Phrase.of("untrusted", String.valueOf(at.getMessage()));
            if (at instanceof UnresolvedAddressException || at instanceof UnknownHostException)
                return Phrase.of("unknown-host");
        }
        return switch (failed) {
            case HttpTimeoutException _ -> Phrase.of("no-answer");
            case SocketTimeoutException _ -> Phrase.of("no-answer");
            case NoRouteToHostException _ -> Phrase.of("no-route");
            case ConnectException _ -> Phrase.of("refused");
            case SSLException tls -> Phrase.of("tls-failed", String.valueOf(tls.getMessage()));
            default -> failed.getMessage() == null ? Phrase.of("closed") : Phrase.text(failed.getMessage());
        };
    }
}
