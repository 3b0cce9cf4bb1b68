package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// All cases of h2spec, the strict ones included, against a hub with TLS.
@Order(1)
class H2specTest {
    private static final String ARCHIVE = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
    private static final Pattern FAILED = Pattern.compile("× \\d+: (.*)");
    private static final Pattern SUMMARY =
            Pattern.compile("(\\d+) tests, (\\d+) passed, (\\d+) skipped, (\\d+) failed");

    /// A path whose POST is answered behind its body: an earlier answer would race with what the cases send next.
    private static final String PATH = "/channels/news";

    private static final int RUNS_MAX = 3;
    private static final Set<String> EXPLAINED = Set.of(
            "half closed (remote): Sends a HEADERS frame",
            "closed: Sends a HEADERS frame",
            "Sends stream identifier that is numerically smaller than previous");

    @TempDir
    Path folder;

    /// The failures are Netty's choice of the error, and harmless: `docs/decisions/0017-when-http2-and-compression.md`.
    /// Some cases race with the end of an answer: a failure counts if it comes each time.
    @Test
    void passesAllCasesButThree() throws Exception {
        assumeThat(System.getProperty("os.name") + System.getProperty("os.arch"))
                .isEqualTo("Linuxamd64");
        try (TestServer server = TestServer.secure()) {
            Set<String> failed = new TreeSet<>();
            String report = "";
            for (int run = 1; run == 1 || (run <= RUNS_MAX && failed.size() > EXPLAINED.size()); run++) {
                report = run(server.server().uri().getPort());
                Set<String> now = FAILED.matcher(report)
                        .results()
                        .map(result -> result.group(1))
                        .collect(Collectors.toSet());
                if (run == 1) failed.addAll(now);
                failed.retainAll(now);
            }
            assertThat(EXPLAINED).as(report).containsAll(failed); // On a slow machine, one of them may pass.
            var summary = SUMMARY.matcher(report);
            assertThat(summary.find()).as(report).isTrue();
            assertThat(Integer.parseInt(summary.group(2))).isGreaterThanOrEqualTo(140);
        }
    }

    private String run(int port) throws Exception {
        Process process = new ProcessBuilder(
                        binary().toString(),
                        "--host=127.0.0.1",
                        "--port=" + port,
                        "--tls",
                        "--insecure",
                        "--strict",
                        "--timeout=15",
                        "--path=" + PATH)
                .redirectErrorStream(true)
                .start();
        String report = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return report;
    }

    /// The only file of the archive, which the Maven plugin of h2spec carries: a header of 512 bytes has its size in
    /// octal (POSIX pax, `ustar`).
    private Path binary() throws IOException {
        Path file = folder.resolve("h2spec");
        try (InputStream archive = H2specTest.class.getResourceAsStream(ARCHIVE)) {
            assertThat(archive).isNotNull();
            InputStream tar = new GZIPInputStream(archive);
            byte[] header = tar.readNBytes(512);
            int bytes = Integer.parseInt(new String(header, 124, 11, StandardCharsets.US_ASCII), 8);
            Files.write(file, tar.readNBytes(bytes));
        }
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
