package dev.sluice.app.locale;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Event;
import dev.sluice.Sluice;
import dev.sluice.app.SluiceCommand;
import dev.sluice.server.tls.DevelopmentCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Processes on machines with other locales, digits and encodings.
final class LocaleTest {
    /// Locales with other digits (Bengali, Arabic, Persian, Burmese), other capitals (Turkish), or a decimal
    /// comma.
    private static final List<String> TAGS =
            List.of("bn-BD", "ar-EG", "fa-IR", "my-MM", "tr-TR", "de-DE", "zh-CN", "th-TH-u-nu-thai");

    private static final List<String> BENGALI = List.of("-Duser.language=bn", "-Duser.country=BD");

    @TempDir
    private Path folder;

    @Test
    void readsItsFilesAgainInALocaleWithOtherDigits() throws Exception {
        Process program = start(
                Map.of(), java(BENGALI, EmbeddingProgram.class.getName(), folder.toString(), String.join(",", TAGS)));

        String out = new String(program.getInputStream().readAllBytes(), UTF_8);

        assertThat(end(program))
                .as("%s", Files.readString(folder.resolve("err")))
                .isZero();
        assertThat(out).isEqualTo("read everything again\n");
    }

    @Test
    void issuesCertificatesThatAreValidNowInALocaleWithAnotherCalendar() throws Exception {
        var calendar = List.of("-Duser.language=en", "-Duser.country=TH", "-Duser.extensions=u-ca-buddhist");
        Process program = start(Map.of(), java(calendar, IssuingProgram.class.getName(), folder.toString()));

        assertThat(end(program))
                .as("%s", Files.readString(folder.resolve("err")))
                .isZero();
    }

    /// Ends with an exception if the certificate that it makes is not valid now.
    static final class IssuingProgram {
        static void main(String[] args) throws Exception {
            DevelopmentCertificate.in(Path.of(args[0], "tls"), Instant.now(), List.of("localhost"))
                    .certificate()
                    .read()
                    .chain()
                    .getFirst()
                    .checkValidity();
        }
    }

    @Test
    void writesTheSameTextInALocaleWithOtherDigits() throws Exception {
        Process serve = start(Map.of(), SluiceCommand.withOptions(BENGALI, "serve", "--port=0", "--data=" + folder));
        try {
            String line = serve.inputReader(UTF_8).readLine();
            assertThat(line)
                    .containsPattern(" at http://127\\.0\\.0\\.1:[1-9][0-9]*,")
                    .matches("\\p{ASCII}*");
            String url = line.substring(line.indexOf("http://"), line.indexOf(','));

            assertThat(output(BENGALI, "pub", "news", "12345", "--url=" + url)).matches("[a-z0-9]+-[1-9][0-9]*\n");
            assertThat(output(BENGALI, "channels", "--url=" + url))
                    .contains("news")
                    .matches("(?s)\\p{ASCII}*");
            assertThat(output(BENGALI, "bench", "--help")).matches("(?s)[\\p{ASCII}µ–]*");
        } finally {
            serve.destroyForcibly();
        }
        assertThat(Files.readString(folder.resolve("err"))).matches("(?s)\\p{ASCII}*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "xx_XX.ISO-8859-1"})
    void publishesTextAsItIsGivenInALocaleWithAnotherEncoding(String locale) throws Exception {
        try (var hub = Sluice.inMemory().port(0).start()) {
            Process pub = start(
                    Map.of("LC_ALL", locale),
                    SluiceCommand.of("pub", "posix/ü", "grüße 你好", "--url=" + hub.uri(), "--type=größe"));
            assertThat(end(pub))
                    .as("%s", Files.readString(folder.resolve("err")))
                    .isZero();

            var received = new LinkedBlockingQueue<Event>();
            hub.channels("posix/ü").earliest().subscribe(received::add);
            var event = received.poll(60, TimeUnit.SECONDS);
            assertThat(event).isNotNull();
            assertThat(List.of(event.text(), event.type())).containsExactly("grüße 你好", "größe");
        }
    }

    @Test
    void refusesArgumentsAndVariablesThatTheJvmCouldNotDecode() throws Exception {
        assertThat(refused(Map.of("LC_ALL", "C"), "pub", "posix/ü", "text"))
                .isEqualTo(
                        "sluice: Argument 2 has characters that this locale's encoding lacks: set LC_ALL=C.UTF-8.\n");
        assertThat(refused(Map.of("LC_ALL", "C", "SLUICE_TOKEN", "schlüssel"), "revoke", "--sub=a"))
                .startsWith("sluice: The variable SLUICE_TOKEN has ");
    }

    private String refused(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(java(List.of(), "dev.sluice.app.Main"));
        command.addAll(List.of(arguments));
        Files.deleteIfExists(folder.resolve("err"));
        assertThat(end(start(environment, command))).isEqualTo(64);
        return Files.readString(folder.resolve("err"));
    }

    private static List<String> java(List<String> options, String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of(
                "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), main));
        command.addAll(List.of(arguments));
        return command;
    }

    private String output(List<String> options, String... arguments) throws Exception {
        Process process = start(Map.of(), SluiceCommand.withOptions(options, arguments));
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(end(process))
                .as("%s", Files.readString(folder.resolve("err")))
                .isZero();
        return out;
    }

    private Process start(Map<String, String> environment, List<String> command) throws IOException {
        var builder = new ProcessBuilder(command)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("err").toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static int end(Process process) throws InterruptedException {
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
        return process.exitValue();
    }
}
