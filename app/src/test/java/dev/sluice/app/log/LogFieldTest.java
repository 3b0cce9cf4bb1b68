package dev.sluice.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Checkout;
import dev.sluice.core.encoding.LogField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Lines of the hub's log, from all modules that write some. Sense has its own.
final class LogFieldTest {
    private static final List<String> MODULES =
            List.of("core", "storage", "server", "cluster", "library", "client-java", "app");

    private static final Pattern LINE = Pattern.compile("LOG\\s*\\.log\\(.*?\\);\\n", Pattern.DOTALL);

    /// Fields whose values come from clients, certificates, files or other programs, without quotation marks and
    /// escapes around them.
    private static final Pattern UNQUOTED = Pattern.compile("[ (\"](client|principal|path|origin|host|from|thread|file"
            + "|folder|subject|name|reason|why|cause|problem|exception|advice)=(?:\\\\\"|')?\" ?\\+ ?+"
            + "(?!LogField\\.quoted|word\\()");

    @Test
    void preventsForgedFieldsAndLines() {
        assertThat(LogField.quoted("a reason=none b")).isEqualTo("\"a reason=none b\"");
        assertThat(LogField.quoted("a\" reason=\"b")).isEqualTo("\"a\\\" reason=\\\"b\"");
        assertThat(LogField.quoted("a\\")).isEqualTo("\"a\\\\\"");
        assertThat(LogField.quoted("a\r\nERROR b\u001b[2J\u2028\u202e")).isEqualTo("\"a??ERROR b?[2J??\"");
        assertThat(LogField.quoted("x".repeat(1_000))).hasSize(503);
    }

    @Test
    void quotesTheTextFromOutsideInAllLinesOfTheLog() throws IOException {
        List<String> unquoted = new ArrayList<>();
        for (String module : MODULES) {
            try (var files = Files.walk(Checkout.module(module).resolve("src/main/java"))) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    unquoted.addAll(unquoted(file));
                }
            }
        }
        assertThat(unquoted).isEmpty();
    }

    private static List<String> unquoted(Path file) throws IOException {
        String source = Files.readString(file).replaceAll("\\n\\s+(?=\\+)", " ");
        return LINE.matcher(source)
                .results()
                .flatMap(line -> UNQUOTED.matcher(line.group()).results())
                .map(found -> file.getFileName() + ": " + found.group())
                .toList();
    }
}
