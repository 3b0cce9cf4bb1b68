package dev.sluice.sense.check;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The remaining validity of certificates, in words.
final class Certificates {
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=((?:\\\\.|[^,\\\\])*)");

    private Certificates() {}

    /// A certificate that a host presented.
    record Shown(String host, X509Certificate certificate) {
        Instant end() {
            return certificate.getNotAfter().toInstant();
        }

        /// Returns the name in the certificate, followed by the host if it is a different one.
        String name() {
            var name = COMMON_NAME.matcher(certificate.getSubjectX500Principal().getName());
            String common = name.find() ? name.group(1) : host;
            return common.equalsIgnoreCase(host) ? host : common + " (" + host + ")";
        }
    }

    /// Returns a failure if one of these certificates is valid for less than this time.
    static Optional<Failure> expiring(List<Shown> all, Duration least, Instant now) {
        return first(all).flatMap(first -> {
            Duration left = Duration.between(now, first.end());
            if (left.compareTo(least) >= 0) return Optional.empty();
            Phrase found = left.isNegative()
                    ? Phrase.of("expired", text(left.negated()), first.name())
                    : Phrase.of("left", text(left), first.name());
            Failure.Kind kind = left.isNegative() ? Failure.Kind.OUTAGE : Failure.Kind.CERTIFICATE;
            return Optional.of(new Failure(Phrase.of("certificate-left", text(least)), found, kind));
        });
    }

    /// Returns the certificate that expires first.
    static Optional<Shown> first(List<Shown> all) {
        return all.stream().min(Comparator.comparing(Shown::end));
    }

    static String text(Duration time) {
        if (time.toDays() > 0) return time.toDays() + " d";
        return time.toHours() > 0 ? time.toHours() + " h" : time.toMinutes() + " min";
    }
}
