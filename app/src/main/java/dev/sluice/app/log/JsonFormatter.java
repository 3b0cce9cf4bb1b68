package dev.sluice.app.log;

import dev.sluice.server.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes a JSON object per line: `time`, `level`, `logger`, `message`, the `key=value` fields of the
/// message, and `error` with a stack trace.
public final class JsonFormatter extends Formatter {
    /// A field behind a space: its value may be in quotation marks, with the escapes of
    /// [dev.sluice.core.encoding.LogField].
    private static final Pattern FIELD = Pattern.compile(
            "\\s([A-Za-z]\\w*(?:\\.\\w+)*)=(?:\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|(\\S+))", Pattern.DOTALL);

    private static final Pattern ESCAPE = Pattern.compile("\\\\(.)", Pattern.DOTALL);

    /// A number with no more digits than every JSON parser represents exactly.
    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9]\\d{0,14})(?:\\.\\d{1,6})?");

    private static final Set<String> OWN = Set.of("time", "level", "logger", "message", "error");

    /// Gives all handlers of the process this format.
    public static void install() {
        for (Handler handler : Logger.getLogger("").getHandlers()) handler.setFormatter(new JsonFormatter());
    }

    @Override
    public String format(LogRecord record) {
        String text = formatMessage(record);
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher matcher = FIELD.matcher(text);
        while (matcher.find()) {
            String quoted = matcher.group(2);
            String value =
                    quoted == null ? matcher.group(3) : ESCAPE.matcher(quoted).replaceAll("$1");
            fields.put(OWN.contains(matcher.group(1)) ? matcher.group(1) + "_" : matcher.group(1), value);
        }
        String message = FIELD.matcher(text).replaceAll("").replaceAll("[\\s,]+$", "");
        byte[] line = Json.object(json -> {
            json.writeStringProperty("time", record.getInstant().toString());
            json.writeStringProperty("level", level(record.getLevel()));
            json.writeStringProperty("logger", String.valueOf(record.getLoggerName()));
            json.writeStringProperty("message", message);
            fields.forEach((name, value) -> {
                json.writeName(name);
                if (NUMBER.matcher(value).matches()) json.writeNumber(value);
                else json.writeString(value);
            });
            if (record.getThrown() != null) json.writeStringProperty("error", stackTrace(record.getThrown()));
        });
        return new String(line, StandardCharsets.UTF_8) + "\n";
    }

    /// The names of `System.Logger`, which most collectors of logs know.
    private static String level(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) return "ERROR";
        if (level.intValue() >= Level.WARNING.intValue()) return "WARN";
        return level.intValue() >= Level.CONFIG.intValue() ? "INFO" : "DEBUG";
    }

    private static String stackTrace(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
