package dev.sluice.sense.check;

import java.util.Locale;

/// A failed expectation, and what came instead. Both are shown to people and must contain no secret.
///
/// @param expectation for example `status 200`
/// @param finding     for example `503`
public record Failure(Phrase expectation, Phrase finding, Kind kind) {
    public static final int TEXT_MAX = 300;

    /// What a failure is about. A new kind is reported although another one is known already.
    public enum Kind {
        /// Visitors do not get what they should.
        OUTAGE,
        /// They get it later than expected.
        LATENCY,
        /// They get it, and will not when a certificate has expired.
        CERTIFICATE;

        /// Returns whether the target answers as it should.
        public boolean isWarning() {
            return this != OUTAGE;
        }

        /// Returns its name in JSON.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Failure(Phrase expectation, Phrase finding) {
        this(expectation, finding, Kind.OUTAGE);
    }

    public Failure(String expected, String found) {
        this(Phrase.text(expected), Phrase.text(found));
    }

    /// Returns the expectation in English, at most [#TEXT_MAX] characters.
    public String expected() {
        return expectation.toString();
    }

    /// Returns the finding in English, at most [#TEXT_MAX] characters.
    public String found() {
        return finding.toString();
    }

    /// Shortens a text from outside to one line that fits into an alert.
    public static String cut(String text) {
        String line = text.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
        return line.codePointCount(0, line.length()) <= TEXT_MAX
                ? line
                : line.substring(0, line.offsetByCodePoints(0, TEXT_MAX - 1)) + "…";
    }

    @Override
    public String toString() {
        return "expected " + expected() + ", found " + found();
    }
}
