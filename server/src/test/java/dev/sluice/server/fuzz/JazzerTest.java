package dev.sluice.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Jazzer looks for inputs that reach new branches of the hub, beginning with the corpus. Each target has a process of
/// its own, because the driver instruments all of it.
@Tag("long")
final class JazzerTest {
    private static final int SECONDS = Integer.getInteger("sluice.fuzz.seconds", 15);

    static List<FuzzTarget> targets() {
        return ServerTargets.ALL;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void findsNoInputThatBreaksAPromise(FuzzTarget target, @TempDir Path folder) throws Exception {
        Path corpus = Files.createDirectory(folder.resolve("corpus"));
        int number = 0;
        for (byte[] each : target.corpus()) Files.write(corpus.resolve("seed-" + number++), each);
        Path output = folder.resolve("output");
        Process jazzer = new ProcessBuilder(command(target, folder, corpus))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean hasEnded = jazzer.waitFor(SECONDS + 120, TimeUnit.SECONDS);
        if (!hasEnded) jazzer.destroyForcibly().waitFor();
        String said = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertThat(hasEnded).as(said).isTrue();
        assertThat(jazzer.exitValue()).as(said).isZero();
        assertThat(said).as("Jazzer ran").contains("Done ");
    }

    private static List<String> command(FuzzTarget target, Path folder, Path corpus) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+EnableDynamicAgentLoading",
                "-Xmx512m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + JazzerDriver.class.getName(),
                "--target_args=" + target.name(),
                "--instrumentation_includes=dev.sluice.**",
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-max_total_time=" + SECONDS,
                "-max_len=" + FuzzTarget.BYTES_MAX,
                "-timeout=20",
                "-rss_limit_mb=2048",
                corpus.toString());
    }
}
