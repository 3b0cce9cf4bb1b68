package dev.sluice.sense.check;

import java.util.Locale;

/// A failed expectation, and what was found instead. Both are shown to people and must contain no secret.
///
/// @param expectation for example `status 200`
/// @param finding     for example `503`
public record Failure(Phrase expectation, Phrase finding, Kind kind) {
    public static final int TEXT_MAX = 300;

    /// The subject of a failure. A new kind of failure is reported even if a failure of another kind is
    /// already known.
    public enum Kind {
        /// Visitors do not get a correct response.
        OUTAGE,
        /// Visitors get a correct response, but later than expected.
        LATENCY,
        /// Visitors get a correct response, but will not once a certificate has expired.
        CERTIFICATE;

        /// Returns true if the target still answers correctly.
        public boolean isWarning() {
            return this != OUTAGE;
        }

        /// Returns the name in JSON.
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

    /// Shortens a text from outside to a single line that fits into an alert.
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
