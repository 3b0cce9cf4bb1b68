package dev.sluice.app.locale;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.SluiceCommand;
import dev.sluice.core.Ports;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The program on machines with these locales, which are made for the test (glibc's `localedef` and `LOCPATH`): native
/// code and children of a process follow them, too, which the properties of a JVM do not reach.
@Tag("long")
final class LocaleMatrixTest {
    private static final int STARTS = 3;
    private static final String CHANNEL = "matrix/ü你";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "C,",
        "POSIX,",
        "bn_BD.UTF-8, UTF-8",
        "ar_EG.UTF-8, UTF-8",
        "fa_IR.UTF-8, UTF-8",
        "tr_TR.UTF-8, UTF-8",
        "de_DE.ISO-8859-1, ISO-8859-1",
        "zh_CN.GB18030, GB18030"
    })
    void startsAgainAndStoresTextAsItIsGiven(String locale, @Nullable String encoding) throws Exception {
        make(locale, encoding);

        assertThat(output(locale, embedding())).isEqualTo("read everything again\n");
        for (int start = 1; start <= STARTS; start++) {
            Process serve = start(locale, SluiceCommand.of("serve", "--port=0", "--data=" + folder.resolve("größe")));
            try {
                String line = serve.inputReader(UTF_8).readLine();
                assertThat(line).containsPattern(" at http://127\\.0\\.0\\.1:[1-9][0-9]*, log in .*/größe ");
                String url = "--url=" + line.substring(line.indexOf("http://"), line.indexOf(','));
                assertThat(output(locale, SluiceCommand.of("pub", CHANNEL, "grüße 好 " + start, url)))
                        .matches("[a-z0-9]+-[1-9][0-9]*\n");
                assertThat(output(locale, SluiceCommand.of("channels", url))).contains(CHANNEL);
                assertThat(lastEvents(locale, url, start)).hasSize(start).endsWith("grüße 好 " + start);
            } finally {
                serve.destroy();
                assertThat(end(serve)).isZero();
            }
        }
        assertThat(folder.resolve("größe/FORMAT")).exists();
    }

    @Test
    void runsAClusterWithOtherDigits() throws Exception {
        make("bn_BD.UTF-8", "UTF-8");
        int port = Ports.inARow(6);
        Process cluster = start(
                "bn_BD.UTF-8",
                SluiceCommand.of("cluster", "--data=" + folder, "--port=" + port, "--node-port=" + Ports.inARow(6)));
        try (BufferedReader lines = cluster.inputReader(UTF_8)) {
            assertThat(lines.lines().anyMatch(line -> line.startsWith("Three nodes, one log.")))
                    .isTrue();
        } finally {
            cluster.destroy();
            end(cluster);
        }
    }

    private void make(String locale, @Nullable String encoding) throws Exception {
        if (encoding == null) return; // Each system has it.
        String source = locale.substring(0, locale.indexOf('.'));
        Path made = folder.resolve("locales").resolve(locale);
        Files.createDirectories(made.getParent());
        end(start("C", List.of("localedef", "--no-archive", "-i", source, "-f", encoding, made.toString())));
        assertThat(output(locale, List.of("locale", "charmap"))).isEqualTo(encoding + "\n");
    }

    private List<String> embedding() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                EmbeddingProgram.class.getName(),
                folder.resolve("embedding").toString());
    }

    private List<String> lastEvents(String locale, String url, int count) throws Exception {
        Process sub = start(locale, SluiceCommand.of("sub", CHANNEL, "--last=" + count, url));
        try {
            var lines = sub.inputReader(UTF_8);
            List<String> events = new ArrayList<>();
            for (int i = 0; i < count; i++) events.add(lines.readLine());
            return events;
        } finally {
            sub.destroyForcibly();
        }
    }

    private String output(String locale, List<String> command) throws Exception {
        Process process = start(locale, command);
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(end(process))
                .as("%s", Files.readString(folder.resolve("err")))
                .isZero();
        return out;
    }

    private Process start(String locale, List<String> command) throws IOException {
        var builder = new ProcessBuilder(command)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("err").toFile()));
        builder.environment().put("LC_ALL", locale);
        builder.environment().put("LOCPATH", folder.resolve("locales").toString());
        return builder.start();
    }

    private static int end(Process process) throws InterruptedException {
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
        return process.exitValue();
    }
}
