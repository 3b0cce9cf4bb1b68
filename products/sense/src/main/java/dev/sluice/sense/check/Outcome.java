package dev.sluice.sense.check;

import java.time.Duration;

/// The result of one run of a check.
public sealed interface Outcome {
    /// All expectations were met.
    ///
    /// @param answer a short description of the response, for example `200, 1.2 kB`
    record Passed(Duration latency, String answer) implements Outcome {}

    /// An expectation was not met, or there was no response.
    record Failed(Failure failure) implements Outcome {}

    /// The state of the target is unknown, for example because its host sends no figures. An incident remains
    /// unchanged.
    record Unclear(Phrase why) implements Outcome {
        public Unclear(String reason) {
            this(Phrase.text(reason));
        }
    }

    static Outcome failed(Phrase expected, Phrase found) {
        return new Failed(new Failure(expected, found));
    }

    static Outcome failed(Phrase expected, String found) {
        return failed(expected, Phrase.text(found));
    }

    static Outcome failed(String expected, String found) {
        return new Failed(new Failure(expected, found));
    }
}
