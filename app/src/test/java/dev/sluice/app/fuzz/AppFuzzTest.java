package dev.sluice.app.fuzz;

import dev.sluice.server.fuzz.FuzzTarget;
import dev.sluice.server.fuzz.Fuzzing;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The corpus of each parser, and random mutations of it for a moment. `AppJazzerTest` runs for longer.
final class AppFuzzTest {
    private static final Duration TIME = Duration.ofMillis(Integer.getInteger("sluice.fuzz.ms", 150));

    static List<FuzzTarget> targets() {
        return AppTargets.ALL;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void keepsItsInvariantsForAnyInput(FuzzTarget target) {
        Fuzzing.run(target, TIME, System.nanoTime());
    }
}
