package dev.sluice.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Programs that tests run to their end.
final class Command {
    /// The project's folder, in which the parts of a package are built.
    static final Path PROJECT = Path.of("..", "..").toAbsolutePath().normalize();

    /// How a program ended.
    record Ended(int exitCode, String out, String err) {}

    private Command() {}

    /// Runs a program with these variables in addition to those of the test; one with an empty value is removed.
    /// Fails if the program does not end in time.
    static Ended run(Path folder, Duration timeMax, Map<String, String> environment, List<String> words)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("out", null);
        Path err = Files.createTempFile("err", null);
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        builder.environment().values().removeIf(String::isEmpty);
        Process process = builder.start();
        try {
            if (!process.waitFor(timeMax.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(words + " did not end within " + timeMax + ": " + Files.readString(err));
            }
            return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.destroyForcibly();
            Files.delete(out);
            Files.delete(err);
        }
    }
}
