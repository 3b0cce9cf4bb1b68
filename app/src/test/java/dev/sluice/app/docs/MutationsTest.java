package dev.sluice.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The patches of `docs/evidence/mutations`. `docs/evidence/mutate` runs their tests, which takes an hour; here they
/// only have to apply to the code.
class MutationsTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void everyPatchApplies() throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "apply", "--check"));
        try (Stream<Path> patches = Files.list(ROOT.resolve("docs/evidence/mutations"))) {
            patches.forEach(patch -> command.add(patch.toAbsolutePath().toString()));
        }
        Process git = new ProcessBuilder(command)
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(git.waitFor()).as(said).isZero();
    }
}
