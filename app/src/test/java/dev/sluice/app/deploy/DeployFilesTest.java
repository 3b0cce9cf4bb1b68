package dev.sluice.app.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The files of `examples/deploy` and the pages that show them.
final class DeployFilesTest {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    /// The highest exposure that `systemd-analyze` may find in the unit; 10 is a unit without any restriction.
    private static final double EXPOSURE_MAX = 2.0;

    /// Those that tests run.
    private static List<Path> filesOfProxies() {
        return Stream.of(ProxyProgram.values())
                .map(program -> DocumentedProxy.EXAMPLES.resolve(program.file()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/deploy.md", "docs/deploy.zh-CN.md"})
    void areShownWholeOnThePageOfEachLanguage(String page) throws IOException {
        String text = Files.readString(HOME.resolve(page));
        assertThat(filesOfProxies()).hasSize(3);
        for (Path file : filesOfProxies()) {
            assertThat(text).as(file.getFileName().toString()).contains("\n" + Files.readString(file) + "```\n");
        }
    }

    @Test
    void theUnitIsValid(@TempDir Path folder) throws Exception {
        String unit = Files.readString(DocumentedProxy.EXAMPLES.resolve("sluice.service"));
        assertThat(unit).contains("/usr/bin/sluice", "User=sluice").doesNotContain("MemoryDenyWriteExecute=");
        Path file = folder.resolve("sluice.service");
        Files.writeString(
                file,
                unit.replace("/usr/bin/sluice", HOME.resolve("sluice").toString())
                        .replace("User=sluice", "User=" + System.getProperty("user.name")));
        // It also checks the units of this machine on which this one depends, so only its own lines count.
        assertThat(output("verify", "--man=no", file.toString())
                        .lines()
                        .filter(line -> line.contains("sluice.service")))
                .isEmpty();
    }

    @Test
    void theUnitRestrictsTheHub() throws Exception {
        Path file = DocumentedProxy.EXAMPLES.resolve("sluice.service");
        String output = output("security", "--offline=true", "--no-pager", file.toString());
        String exposure = output.replaceFirst("(?s).*Overall exposure level for sluice.service: ([0-9.]+).*", "$1");
        assertThat(Double.parseDouble(exposure)).as(output).isLessThanOrEqualTo(EXPOSURE_MAX);
    }

    private static String output(String... arguments) throws IOException, InterruptedException {
        String[] command = Stream.concat(Stream.of("systemd-analyze"), Stream.of(arguments))
                .toArray(String[]::new);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
