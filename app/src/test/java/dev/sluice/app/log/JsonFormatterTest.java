package dev.sluice.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.encoding.LogField;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonFormatterTest {
    private static JsonNode formatted(LogRecord record) {
        record.setInstant(Instant.parse("2026-11-22T08:15:30.123Z"));
        record.setLoggerName("dev.sluice.server.Server");
        String line = new JsonFormatter().format(record);
        assertThat(line).endsWith("}\n");
        assertThat(line.strip()).doesNotContain("\n");
        return JsonMapper.shared().readTree(line);
    }

    @Test
    void writesTheFieldsOfALineAsMembers() {
        String line = "stream ended reason=stalled patterns=2 why=\"the disk is slow\" time=now limits.max=1e9";
        JsonNode json = formatted(new LogRecord(Level.INFO, line));
        assertThat(json).isEqualTo(JsonMapper.shared().readTree("""
                                {"time":"2026-11-22T08:15:30.123Z","level":"INFO","logger":"dev.sluice.server.Server",
                                 "message":"stream ended","reason":"stalled","patterns":2,"why":"the disk is slow",
                                 "time_":"now","limits.max":"1e9"}"""));
    }

    @Test
    void keepsALineWithoutFields() {
        JsonNode json = formatted(new LogRecord(Level.WARNING, "too few files may be open (ulimit -n): 5, not 6"));
        assertThat(json.path("message").stringValue()).isEqualTo("too few files may be open (ulimit -n): 5, not 6");
        assertThat(json.path("level").stringValue()).isEqualTo("WARN");
        assertThat(json.size()).isEqualTo(4);
    }

    @Test
    void keepsStackTracesAndLineEndsInOneLine() {
        LogRecord record = new LogRecord(Level.SEVERE, "failed name=\"a\nb\"");
        record.setThrown(new IllegalStateException("why"));
        JsonNode json = formatted(record);
        assertThat(json.path("level").stringValue()).isEqualTo("ERROR");
        assertThat(json.path("name").stringValue()).isEqualTo("a\nb");
        assertThat(json.path("error").stringValue()).contains("IllegalStateException: why", "\tat ");
    }

    @Test
    void findsNoFieldsInAQuotedValue() {
        String why = "a\" reason=none status=\"200 \\";
        JsonNode json = formatted(new LogRecord(Level.INFO, "failed why=" + LogField.quoted(why) + " status=500"));
        assertThat(json.path("why").stringValue()).isEqualTo(why);
        assertThat(json.path("status").intValue()).isEqualTo(500);
        assertThat(json.has("reason")).isFalse();
    }
}
