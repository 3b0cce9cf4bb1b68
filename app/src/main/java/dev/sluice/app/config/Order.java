package dev.sluice.app.config;

import java.util.Optional;

/// A rule between two settings: the one must not exceed the other.
record Order<T extends Comparable<T>>(Setting<T> smaller, Setting<T> larger) {
    /// What is wrong with these values, said of the one that was decided last; empty if nothing is.
    Optional<Fault> check(Values values) {
        var one = values.value(smaller);
        var other = values.value(larger);
        if (one.value().compareTo(other.value()) <= 0) return Optional.empty();
        var message = "'%s' (%s) must not be more than '%s' (%s)."
                .formatted(
                        smaller.key(),
                        smaller.kind().write(one.value()),
                        larger.key(),
                        larger.kind().write(other.value()));
        return Optional.of((rank(one.source()) >= rank(other.source()) ? one : other)
                .source()
                .fault(message));
    }

    private static int rank(Source source) {
        return switch (source) {
            case Source.Default() -> 0;
            case Source.Line place -> place.line();
            case Source.Option _ -> Integer.MAX_VALUE;
        };
    }
}
