package dev.sluice.config.setting;

import java.util.Optional;

/// A constraint between two settings: `smaller` must not exceed `larger`.
public record Order<T extends Comparable<T>>(Setting<T> smaller, Setting<T> larger) {
    /// Checks the constraint; the fault is at the place of the value that was set last.
    public Optional<Fault> check(Values values) {
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
