package dev.sluice.sense.check;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The time that a certificate has left, in words.
final class Certificates {
    private Certificates() {}

    static Optional<Failure> expiring(Instant end, Duration least, Instant now) {
        Duration left = Duration.between(now, end);
        if (left.compareTo(least) >= 0) return Optional.empty();
        Phrase found = left.isNegative() ? Phrase.of("expired", text(left.negated())) : Phrase.of("left", text(left));
        return Optional.of(new Failure(Phrase.of("certificate-left", text(least)), found));
    }

    static String text(Duration time) {
        if (time.toDays() > 0) return time.toDays() + " d";
        return time.toHours() > 0 ? time.toHours() + " h" : time.toMinutes() + " min";
    }
}
