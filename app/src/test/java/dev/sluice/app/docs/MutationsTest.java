package dev.sluice.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The patches of `docs/evidence/mutations`, which `docs/evidence/mutate` applies and has tests notice. That takes
/// hours, so that only their fit is looked at here: one that does not apply any more proves nothing.
class MutationsTest {
    private static final Path ROOT = Path.of("..");

    /// The file of a part of a patch (git-diff(1)), and its hunks.
    private static final Pattern FILE = Pattern.compile("(?m)^--- a/(.+)\n\\+\\+\\+ .+\n((?:(?:@@|[ +-]).*\n|\n)+)");

    @Test
    void eachOneFitsTheSources() throws IOException {
        List<String> unfit = new ArrayList<>();
        List<Path> patches;
        try (Stream<Path> all = Files.list(ROOT.resolve("docs/evidence/mutations"))) {
            patches = all.toList();
        }
        assertThat(patches).isNotEmpty();
        for (Path patch : patches)
            if (!fits(Files.readString(patch))) unfit.add(patch.getFileName().toString());
        assertThat(unfit).isEmpty();
    }

    @Test
    void noticesOneThatDoesNotFit() throws IOException {
        String patch = "--- a/README.md\n+++ b/README.md\n@@ -1,2 +1,2 @@\n-%s\n+another\n\n";
        String first = Files.readAllLines(ROOT.resolve("README.md")).getFirst();
        assertThat(fits(patch.formatted(first))).isTrue();
        assertThat(fits(patch.formatted(first + "?"))).isFalse();
        assertThat(fits("no patch")).isFalse();
    }

    private static boolean fits(String patch) throws IOException {
        var file = FILE.matcher(patch);
        boolean isFound = false;
        while (file.find()) {
            isFound = true;
            String source = Files.readString(ROOT.resolve(file.group(1)));
            for (String hunk : file.group(2).split("(?m)^@@.*\n")) if (!source.contains(before(hunk))) return false;
        }
        return isFound;
    }

    /// The lines of a hunk that are there before it is applied.
    private static String before(String hunk) {
        var lines = new StringBuilder();
        for (String line : hunk.stripTrailing().lines().toList()) {
            if (!line.startsWith("+"))
                lines.append(line.isEmpty() ? "" : line.substring(1)).append('\n');
        }
        return lines.toString();
    }
}
