package dev.sluice.app.fuzz;

import dev.sluice.server.fuzz.FuzzTarget;
import dev.sluice.server.fuzz.JazzerRun;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The configuration file and the parsers of the Java client, by Jazzer.
@Tag("long")
final class AppJazzerTest {
    static List<FuzzTarget> targets() {
        return AppTargets.ALL;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void findsNoInputThatBreaksAPromise(FuzzTarget target, @TempDir Path folder) throws Exception {
        JazzerRun.check(target, AppJazzerDriver.class, folder);
    }
}
