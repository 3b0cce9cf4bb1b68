package dev.sluice.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Javadoc refuses comments with errors, so a build of the jars fails. It takes long: here the compiler, which has the
/// same checks, looks for them.
final class JavadocTest {
    private static final List<String> MODULES =
            List.of("core", "storage", "server", "library", "client-java", "load", "demos", "sense", "lab", "app");

    @TempDir
    private Path classes;

    @Test
    void hasNoReferencesThatDoNotExist() throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "-proc:none",
                "-nowarn",
                "--should-stop=at=ATTR", // After the comments: it need not make classes.
                "-Xdoclint:all/protected,-missing",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString()));
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                files.filter(file -> file.toString().endsWith(".java") && !file.endsWith("module-info.java"))
                        .forEach(file -> arguments.add(file.toString()));
            }
        }
        StringWriter errors = new StringWriter();
        PrintWriter out = new PrintWriter(errors);
        ToolProvider.findFirst("javac").orElseThrow().run(out, out, arguments.toArray(String[]::new));
        assertThat(errors.toString()).doesNotContain("error:");
    }
}
