package dev.sluice.client.http;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Describes why a hub's certificate was refused, in words instead of the JDK's chains of exceptions. */
final class CertificateProblem {
    private CertificateProblem() {}

    /** The description of a failed handshake; if it was not the certificate's fault, the message of the JDK. */
    static String describe(SSLException failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            var found = of(cause);
            if (found != null) return found;
        }
        return String.valueOf(failed.getMessage());
    }

    private static @Nullable String of(Throwable cause) {
        if (cause instanceof CertificateExpiredException) return "the hub's certificate has expired";
        if (cause instanceof CertificateNotYetValidException) return "the hub's certificate is not valid yet";
        if (cause instanceof CertPathBuilderException) {
            return "the hub's certificate was issued by an unknown authority";
        }
        // The JDK has no type for it (sun.security.util.HostnameChecker).
        if (!(cause instanceof CertificateException) || cause.getCause() != null) return null;
        var message = String.valueOf(cause.getMessage());
        return message.startsWith("No ") && message.contains("name")
                ? "the hub's certificate is for another name (" + message + ")"
                : null;
    }
}
