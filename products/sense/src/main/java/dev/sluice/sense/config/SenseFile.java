package dev.sluice.sense.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/// Reads `sense.toml`. All mistakes are reported together, each with file, line, column and key.
final class SenseFile {
    /// Enough for ten thousand checks.
    private static final int BYTES_MAX = 8 << 20;

    private static final Set<String> KEYS = Set.of("check", "notifier", "public_url", "heartbeat_url", "witness");

    /// Limited, because connecting to each may take several seconds.
    private static final int WITNESSES_MAX = 5;

    private final String file;
    private final DefinitionParser parser;
    private final List<Fault> faults = new ArrayList<>();

    private SenseFile(String file, DefinitionParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /// Reads the file.
    ///
    /// @throws InvalidSenseException if the file can't be read, or has mistakes
    static SenseConfiguration read(Path path, DefinitionParser parser) throws InvalidSenseException {
        String text;
        try (var in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX)
                throw new InvalidSenseException(
                        List.of(new Fault("", path.toString(), "has more than " + BYTES_MAX + " bytes")));
            text = new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException failed) {
            var unreadable = new InvalidSenseException(
                    List.of(new Fault("", path.toString(), "can't be read: " + failed.getMessage())));
            unreadable.initCause(failed);
            throw unreadable;
        }
        return parse(path.toString(), text, parser);
    }

    static SenseConfiguration parse(String file, String text, DefinitionParser parser) throws InvalidSenseException {
        return new SenseFile(file, parser).parse(text);
    }

    private SenseConfiguration parse(String text) throws InvalidSenseException {
        TomlParseResult toml = toml(text);
        // The parser's message may repeat a secret, so only its position is used.
        toml.errors()
                .forEach(error -> faults.add(new Fault(place(error.position()), "the file", "is not valid TOML here")));
        if (!faults.isEmpty()) throw new InvalidSenseException(faults);
        Fields top = fields(toml, "");
        String publicUrl = top.parsed("public_url", WebAddress::parse)
                .map(Object::toString)
                .orElse("");
        var heartbeat = top.parsed("heartbeat_url", WebAddress::parse);
        List<HostAndPort> witnesses = witnesses(top);
        KEYS.forEach(top::has);
        top.rejectUnknown();
        var checks = new ArrayList<CheckDefinition>();
        var notifiers = new ArrayList<NotifierDefinition>();
        for (TomlTable table : tables(toml, "check")) {
            CheckDefinition.read(values(table), fields(table, "check."), parser.checkTypes(), true)
                    .ifPresent(checks::add);
        }
        for (TomlTable table : tables(toml, "notifier")) {
            NotifierDefinition.read(values(table), fields(table, "notifier."), parser.notifierTypes(), true)
                    .ifPresent(notifiers::add);
        }
        requireUnique(checks.stream().map(CheckDefinition::name).toList(), tables(toml, "check"), "check.name");
        requireUnique(
                notifiers.stream().map(NotifierDefinition::name).toList(), tables(toml, "notifier"), "notifier.name");
        if (!faults.isEmpty()) throw new InvalidSenseException(faults);
        return new SenseConfiguration(checks, notifiers, publicUrl, witnesses, heartbeat);
    }

    /// The parser throws on some broken inline tables instead of reporting them; the first line with which it
    /// does is the place of the mistake.
    private TomlParseResult toml(String text) throws InvalidSenseException {
        try {
            return Toml.parse(text);
        } catch (RuntimeException broken) { // Its message may repeat a secret.
            String[] lines = text.split("\n", -1);
            int good = 0;
            for (int bad = lines.length; bad - good > 1; ) {
                int middle = (good + bad) >>> 1;
                if (isParsed(String.join("\n", List.of(lines).subList(0, middle)))) good = middle;
                else bad = middle;
            }
            throw new InvalidSenseException(
                    List.of(new Fault(file + ":" + (good + 1) + ":1", "the file", "is not valid TOML up to here")));
        }
    }

    private static boolean isParsed(String text) {
        try {
            Toml.parse(text);
            return true;
        } catch (RuntimeException broken) {
            return false;
        }
    }

    private static List<HostAndPort> witnesses(Fields top) {
        List<HostAndPort> all = new ArrayList<>();
        for (String each : top.texts("witness")) {
            try {
                all.add(HostAndPort.parse(each));
            } catch (IllegalArgumentException invalid) {
                top.fault("witness", "is invalid: " + invalid.getMessage() + ": write it as \"1.1.1.1:443\"");
            }
        }
        if (all.size() > WITNESSES_MAX) top.fault("witness", "takes at most " + WITNESSES_MAX);
        return all;
    }

    private Fields fields(TomlTable table, String above) {
        return new Fields(values(table), (key, message) -> {
            TomlPosition position = table.inputPositionOf(List.of(key));
            if (position == null) position = table.inputPositionOf(List.of("name"));
            faults.add(new Fault(place(position), above + key, message));
        });
    }

    private String place(@Nullable TomlPosition position) {
        return position == null ? file : file + ":" + position.line() + ":" + position.column();
    }

    private List<TomlTable> tables(TomlTable toml, String key) {
        List<TomlTable> all = new ArrayList<>();
        Object value = toml.get(List.of(key));
        if (value == null) return all;
        if (value instanceof TomlArray array) {
            for (Object each : array.toList()) if (each instanceof TomlTable table) all.add(table);
            if (all.size() == array.size()) return all;
        }
        faults.add(new Fault(
                place(toml.inputPositionOf(List.of(key))), key, "is a list of tables: write [[" + key + "]]"));
        return List.of();
    }

    private void requireUnique(List<String> names, List<TomlTable> tables, String key) {
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            if (seen.putIfAbsent(names.get(i), i) == null || i >= tables.size()) continue;
            TomlPosition position = tables.get(i).inputPositionOf(List.of("name"));
            faults.add(new Fault(place(position), key, "'" + names.get(i) + "' is used twice"));
        }
    }

    private static Map<String, Object> values(TomlTable table) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (String key : table.keySet()) {
            Object value = table.get(List.of(key));
            if (value != null) all.put(key, plain(value));
        }
        return all;
    }

    private static Object plain(Object value) {
        return switch (value) {
            case TomlTable table -> values(table);
            case TomlArray array ->
                array.toList().stream().map(SenseFile::plain).toList();
            default -> value;
        };
    }
}
