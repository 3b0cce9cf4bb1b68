package dev.sluice.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One run of Jazzer, which looks for inputs that reach new branches, beginning with the corpus. Each target has a
/// process of its own, because the driver instruments all of it.
public final class JazzerRun {
    private static final int SECONDS = Integer.getInteger("sluice.fuzz.seconds", 15);

    private JazzerRun() {}

    /// @param driver has Jazzer's two entry points, and takes the name of the target
    /// @param folder receives what Jazzer writes
    public static void check(FuzzTarget target, Class<?> driver, Path folder) throws IOException, InterruptedException {
        Path corpus = Files.createDirectory(folder.resolve("corpus"));
        int number = 0;
        for (byte[] each : target.corpus()) Files.write(corpus.resolve("seed-" + number++), each);
        Path output = folder.resolve("output");
        Process jazzer = new ProcessBuilder(command(target, driver, folder, corpus))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean hasEnded = jazzer.waitFor(SECONDS + 120, TimeUnit.SECONDS);
        if (!hasEnded) jazzer.destroyForcibly().waitFor();
        String printed = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertThat(hasEnded).as(printed).isTrue();
        assertThat(jazzer.exitValue()).as(printed).isZero();
        assertThat(printed).as("Jazzer ran").contains("Done ");
    }

    private static List<String> command(FuzzTarget target, Class<?> driver, Path folder, Path corpus) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+EnableDynamicAgentLoading",
                "-da:org.tomlj...", // It asserts, wrongly, what holds for sound files only.
                "-Xmx512m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + driver.getName(),
                "--target_args=" + target.name(),
                "--instrumentation_includes=dev.sluice.**",
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-max_total_time=" + SECONDS,
                "-max_len=" + FuzzTarget.BYTES_MAX,
                "-timeout=20",
                "-rss_limit_mb=0", // -Xmx limits what a target takes; the driver takes gigabytes.
                corpus.toString());
    }
}
