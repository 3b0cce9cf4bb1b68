package dev.sluice.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The folders of the project's modules: `app`, and those in folders of their groups.
public final class Checkout {
    private static final Path PROJECT = Path.of("..");

    private Checkout() {}

    /// The folder of a module, such as `core`.
    public static Path module(String name) {
        return modules().stream()
                .filter(each -> each.endsWith(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no module " + name));
    }

    /// The folders of all modules that have sources.
    public static List<Path> modules() {
        try (Stream<Path> folders = Files.walk(PROJECT, 2)) {
            return folders.filter(
                            each -> Files.isDirectory(each.resolve("src")) && Files.exists(each.resolve("pom.xml")))
                    .filter(each -> !each.startsWith(PROJECT.resolve("examples"))) // Separate projects.
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
