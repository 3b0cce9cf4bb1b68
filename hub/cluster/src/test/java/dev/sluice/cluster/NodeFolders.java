package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Copies the folders of nodes, and damages them.
final class NodeFolders {
    private NodeFolders() {}

    /// Copies the folder of an idle node.
    static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(from)) {
            all = files.toList();
        }
        for (Path each : all) Files.copy(each, to.resolve(from.relativize(each).toString()));
    }

    /// Cuts off the Raft log in the middle of a text.
    static void cutAt(String text, Path node) throws IOException {
        Path open;
        try (Stream<Path> files = Files.walk(node.resolve("raft"))) {
            open = files.filter(each -> each.getFileName().toString().startsWith("log_inprogress"))
                    .findFirst()
                    .orElseThrow();
        }
        int begin = Files.readString(open, StandardCharsets.ISO_8859_1).indexOf(text);
        assertThat(begin).isPositive();
        try (var file = new RandomAccessFile(open.toFile(), "rw")) {
            file.setLength(begin + text.length() / 2);
        }
    }
}
