package dev.sluice.cluster.tls;

import dev.sluice.core.encoding.LogField;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Logs a line for each connection between nodes that TLS refused or that could not be accepted, and at most
/// one line per minute for the same reason. Methods may be called from any thread.
public final class RefusalLog {
    private static final System.Logger LOG = System.getLogger(RefusalLog.class.getName());
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    /// More than the nodes of a cluster. It limits the memory that strangers can use: further lines wait for
    /// the next minute.
    private static final int KINDS_MAX = 64;

    private static final String OTHER_AUTHORITY = "its certificate is not of the cluster's authority";

    /// The alerts of RFC 8446 §6.2 about certificates.
    private static final Pattern REFUSED_THERE =
            Pattern.compile("Received fatal alert: (\\w*certificate\\w*|unknown_ca)");

    /// The messages of the JDK and Netty; Netty's continues with the received bytes.
    private static final Pattern PLAIN_TEXT = Pattern.compile("unrecognized SSL message|not an SSL/TLS record");

    private final LongSupplier nanos;
    private final Map<String, Long> lines = new HashMap<>();

    /// @param nanos the time, like [System#nanoTime]
    public RefusalLog(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// Called when another node connected and was refused.
    ///
    /// @param from the host of the node; null if it is unknown
    public void refused(@Nullable String from, Throwable reason) {
        write("a connection to this node was refused from=" + (from == null ? "unknown" : from), reason);
    }

    /// Called when a connection of another node could not be accepted, for example without file descriptors.
    void notAccepted(Throwable reason) {
        write("a connection to this node was not accepted", reason);
    }

    /// Called when this node connected to another one and refused its certificate.
    void refusedOther(String node, Throwable reason) {
        write("the certificate of another node was refused node=" + node, reason);
    }

    private void write(String what, Throwable reason) {
        String line = what + " reason=" + LogField.quoted(sentence(reason));
        if (isDue(line)) LOG.log(System.Logger.Level.WARNING, line);
    }

    private synchronized boolean isDue(String line) {
        long now = nanos.getAsLong();
        lines.values().removeIf(at -> now - at >= PAUSE_NANOS);
        return lines.size() < KINDS_MAX && lines.putIfAbsent(line, now) == null;
    }

    /// The reason in an operator's words.
    public static String sentence(Throwable reason) {
        Throwable root = reason;
        while (root.getCause() != null) root = root.getCause();
        String message = String.valueOf(root.getMessage());
        return switch (root) {
            case CertificateExpiredException _ -> "its certificate has expired (" + message + ")";
            case CertificateNotYetValidException _ -> "its certificate is not valid yet (" + message + ")";
            case CertPathBuilderException _ -> OTHER_AUTHORITY;
            case CertPathValidatorException invalid when isOfOthers(invalid) -> OTHER_AUTHORITY;
            default -> sentence(message);
        };
    }

    /// Recognizes cases that the JDK and Netty report only as text.
    private static String sentence(String message) {
        if (message.contains("Empty client certificate chain")) return "it showed no certificate";
        if (PLAIN_TEXT.matcher(message).find()) return "it does not speak TLS";
        if (REFUSED_THERE.matcher(message).find()) return "it refused the certificate of this node";
        return message.replaceAll("\\p{Cntrl}", " ");
    }

    /// Returns true if the certificate is from another authority, even one with the same name and another
    /// key.
    private static boolean isOfOthers(CertPathValidatorException invalid) {
        return invalid.getReason() == PKIXReason.NO_TRUST_ANCHOR
                || invalid.getReason() == BasicReason.INVALID_SIGNATURE;
    }
}
