package dev.sluice.server.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Reads the files of the pages, as packaged by the build.
final class Resources {
    private Resources() {}

    static List<String> names() {
        Path folder = folder();
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> !name.endsWith(".class"))
                    .sorted()
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static String text(String name) {
        try {
            return Files.readString(folder().resolve(name));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static List<String> texts() {
        return names().stream()
                .filter(name -> !name.endsWith(".png") && !name.startsWith("vendor/"))
                .map(Resources::text)
                .toList();
    }

    private static Path folder() {
        try {
            return Path.of(Pages.class.getResource("shell.html").toURI()).getParent();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
