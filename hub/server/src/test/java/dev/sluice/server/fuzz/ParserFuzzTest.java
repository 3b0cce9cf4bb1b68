package dev.sluice.server.fuzz;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The corpus of each parser, and random mutations of it for a moment. `JazzerTest` looks for longer.
final class ParserFuzzTest {
    private static final Duration TIME = Duration.ofMillis(75);

    static List<FuzzTarget> targets() {
        return ServerTargets.ALL;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void keepsItsInvariantsForAnyInput(FuzzTarget target) {
        Fuzzing.run(target, TIME, System.nanoTime());
    }
}
