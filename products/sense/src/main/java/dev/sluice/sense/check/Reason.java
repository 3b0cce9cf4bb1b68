package dev.sluice.sense.check;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Describes why there was no response, in words that a person on call understands.
public final class Reason {
    private Reason() {}

    /// Returns why an HTTP client received no response. For some violations of HTTP the client throws other
    /// exceptions than [IOException].
    static Phrase of(Exception failed) {
        if (failed instanceof IOException io) return of(io);
        return failed.getCause() instanceof IOException io
                ? of(io)
                : Phrase.of("bad-answer", failed.getClass().getSimpleName());
    }

    /// Returns why there was no response, without any text from outside: such a text may contain the address,
    /// which is a secret for many services.
    public static Phrase ofSecret(Exception failed) {
        Phrase reason = of(failed);
        return reason.values().isEmpty()
                ? reason
                : Phrase.of("network-failure", failed.getClass().getSimpleName());
    }

    private static boolean isOf(SocketException failed, String word) {
        return String.valueOf(failed.getMessage()).contains(word);
    }

    public static Phrase of(IOException failed) {
        for (Throwable at = failed; at != null; at = at.getCause()) {
            if (at instanceof SSLPeerUnverifiedException) return Phrase.of("wrong-name");
            if (at instanceof CertificateException) return Phrase.of("untrusted", String.valueOf(at.getMessage()));
            if (at instanceof UnresolvedAddressException || at instanceof UnknownHostException)
                return Phrase.of("unknown-host");
        }
        boolean isWrapped = failed instanceof ConnectException && failed.getMessage() != null;
        if (isWrapped && failed.getCause() instanceof IOException cause) return of(cause);
        if (failed.getCause() instanceof EOFException) return Phrase.of("closed");
        return switch (failed) {
            case InterruptedIOException _ -> Phrase.of("no-answer"); // Also thrown by sockets.
            case NoRouteToHostException _ -> Phrase.of("no-route");
            case ConnectException refused when isOf(refused, "refused") -> Phrase.of("refused");
            case SocketException unreachable when isOf(unreachable, "unreachable") -> Phrase.of("no-network");
            case SocketException slow when isOf(slow, "timed out") -> Phrase.of("no-answer");
            case SSLException tls -> Phrase.of("tls-failed", String.valueOf(tls.getMessage()));
            default -> failed.getMessage() == null ? Phrase.of("closed") : Phrase.text(failed.getMessage());
        };
    }
}
