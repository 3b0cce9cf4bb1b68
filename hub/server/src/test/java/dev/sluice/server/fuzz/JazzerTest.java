package dev.sluice.server.fuzz;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The parsers of the hub, by Jazzer.
@Tag("long")
final class JazzerTest {
    static List<FuzzTarget> targets() {
        return ServerTargets.ALL;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void findsNoInputThatBreaksAPromise(FuzzTarget target, @TempDir Path folder) throws Exception {
        JazzerRun.check(target, JazzerDriver.class, folder);
    }
}
