package dev.sluice.sense.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class LogFieldTest {
    /// Fields whose values come from the configuration, from agents or from other programs.
    private static final Pattern UNQUOTED = Pattern.compile(
            "[ (\"](server|check|name|notifier|channel|reason|problem|exception|file)=\" ?\\+ ?+(?!LogField\\.quoted)");

    @Test
    void preventsForgedFieldsAndLines() {
        assertThat(LogField.quoted("web-1")).isEqualTo("\"web-1\"");
        assertThat(LogField.quoted("a reason=none b")).isEqualTo("\"a reason=none b\"");
        assertThat(LogField.quoted("a\" reason=\"b")).isEqualTo("\"a\\\" reason=\\\"b\"");
        assertThat(LogField.quoted("a\\")).isEqualTo("\"a\\\\\"");
        assertThat(LogField.quoted("a\r\nERROR b\u001b[2J\u2028\u202e")).isEqualTo("\"a??ERROR b?[2J??\"");
        assertThat(LogField.quoted("x".repeat(1_000))).hasSize(203);
    }

    @Test
    void quotesTheTextFromOutsideInAllLinesOfTheLog() throws IOException {
        List<String> unquoted = new ArrayList<>();
        try (var files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                var found = UNQUOTED.matcher(Files.readString(file).replaceAll("\\n\\s+(?=\\+)", " "));
                while (found.find()) unquoted.add(file.getFileName() + ": " + found.group());
            }
        }
        assertThat(unquoted).isEmpty();
    }
}
