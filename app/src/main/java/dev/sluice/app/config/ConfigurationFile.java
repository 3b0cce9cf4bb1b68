package dev.sluice.app.config;

import dev.sluice.config.AccessTables;
import dev.sluice.config.ChannelRules;
import dev.sluice.config.Configuration;
import dev.sluice.config.Settings;
import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.config.setting.Quoted;
import dev.sluice.config.setting.Values;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/// Reads `sluice.toml`. All mistakes are reported together.
public final class ConfigurationFile {
    /// The file that is read by default, if it exists.
    public static final String NAME = "sluice.toml";

    /// Ten times the size of rules for a thousand channels.
    private static final int BYTES_MAX = 1 << 20;

    /// The lists of the file, in the order of the documentation.
    static final Set<String> LISTS = Collections.unmodifiableSet(new LinkedHashSet<>(
            List.of(ListenReader.LISTEN, RuleReader.CHANNEL, AccessReader.KEY, AccessReader.GRANT)));

    /// A static key where its hash should be, perhaps without quotation marks: the parser's messages would repeat it.
    private static final Pattern STATIC_KEY = Pattern.compile("sk_[A-Za-z0-9._-]+");

    /// The parser's message about a name in a second form, such as `[[key]]` below `key = […]`.
    private static final Pattern REPEATED =
            Pattern.compile("(\\w+) (?:is not an array \\()?previously defined .*?line (\\d+).*");

    private ConfigurationFile() {}

    /// Reads a file.
    ///
    /// @throws InvalidConfigurationException if it can't be read, or has invalid settings
    public static Configuration of(Path path) throws InvalidConfigurationException {
        var faults = new ArrayList<Fault>();
        return valid(of(path, Values.NONE, faults), faults);
    }

    /// Reads the valid part of a file.
    ///
    /// @param stronger values that override those of the file
    /// @param faults   receives the mistakes
    /// @throws InvalidConfigurationException if it is no file of TOML
    static Configuration of(Path path, Values stronger, List<Fault> faults) throws InvalidConfigurationException {
        try (var stream = Files.newInputStream(path)) {
            var bytes = stream.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) throw unreadable(path, "it has more than " + BYTES_MAX + " bytes");
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return parse(path.toString(), text.toString(), stronger, faults);
        } catch (CharacterCodingException reason) {
            throw unreadable(path, "it is not UTF-8");
        } catch (NoSuchFileException reason) {
            throw unreadable(path, "no such file");
        } catch (IOException reason) {
            throw unreadable(path, Files.isDirectory(path) ? "it is a folder" : String.valueOf(reason.getMessage()));
        }
    }

    /// Returns a configuration without a file; like [#of].
    static Configuration without(Values values, List<Fault> faults) {
        faults.addAll(Settings.contradictions(values, AccessTables.NONE, List.of()));
        return new Configuration(values, ChannelRules.NONE);
    }

    /// @throws InvalidConfigurationException if there are faults
    static Configuration valid(Configuration read, List<Fault> faults) throws InvalidConfigurationException {
        if (!faults.isEmpty()) throw new InvalidConfigurationException(faults);
        return read;
    }

    private static InvalidConfigurationException unreadable(Path path, String reason) {
        return new InvalidConfigurationException(
                List.of(new Fault(path.toString(), 0, 0, "can't be read: " + reason + ".")));
    }

    /// @param file the file's name, for messages
    static Configuration parse(String file, String text) throws InvalidConfigurationException {
        var faults = new ArrayList<Fault>();
        return valid(parse(file, text, Values.NONE, faults), faults);
    }

    private static Configuration parse(String file, String text, Values stronger, List<Fault> faults)
            throws InvalidConfigurationException {
        var toml = toml(file, text);
        var values = new TableReader(file, "", Settings.ALL, LISTS, faults)
                .read(toml)
                .overriddenBy(stronger);
        var rules = new RuleReader(file, faults).read(toml);
        var access = new AccessReader(file, faults).read(toml);
        var listens = new ListenReader(file, faults).read(toml);
        faults.addAll(Settings.contradictions(values, access, listens));
        addSyntaxErrors(file, text, toml, faults);
        return new Configuration(values, rules, access, listens, Path.of(""));
    }

    /// The parser throws on some broken inline tables instead of reporting them; the first line with which it does is
    /// the place of the mistake.
    private static TomlParseResult toml(String file, String text) throws InvalidConfigurationException {
        try {
            return Toml.parse(text);
        } catch (RuntimeException mistake) {
            var lines = text.split("\n", -1);
            int good = 0;
            for (int bad = lines.length; bad - good > 1; ) {
                int middle = (good + bad) >>> 1;
                if (isParsed(String.join("\n", List.of(lines).subList(0, middle)))) good = middle;
                else bad = middle;
            }
            var invalid = new InvalidConfigurationException(
                    List.of(new Fault(file, good + 1, 1, "up to here the file is not valid TOML.")));
            invalid.initCause(mistake);
            throw invalid;
        }
    }

    private static boolean isParsed(String text) {
        try {
            Toml.parse(text);
            return true;
        } catch (RuntimeException mistake) {
            return false;
        }
    }

    private static void addSyntaxErrors(String file, String text, TomlParseResult toml, List<Fault> faults) {
        var lines = text.lines().toList();
        for (var error : toml.errors()) {
            int line = error.position().line();
            // The table of keys after a broken header is unknown, so no faults are reported for them.
            if (isHeader(lines, line)) faults.removeIf(fault -> fault.line() > line);
        }
        int headerAt = 0;
        for (var error : toml.errors()) {
            var position = error.position();
            int line = position.line();
            boolean isOfHeader = headerAt > 0
                    && line > headerAt
                    && !hasHeader(lines, headerAt + 1, line); // They are keys below a broken header.
            if (isOfHeader) continue;
            if (isHeader(lines, line)) headerAt = line;
            faults.add(new Fault(file, line, position.column(), message(String.valueOf(error.getMessage()))));
        }
    }

    private static boolean isHeader(List<String> lines, int line) {
        return line <= lines.size() && lines.get(line - 1).stripLeading().startsWith("[");
    }

    private static boolean hasHeader(List<String> lines, int from, int to) {
        return IntStream.rangeClosed(from, to).anyMatch(line -> isHeader(lines, line));
    }

    private static String message(String ofParser) {
        var repeated = REPEATED.matcher(ofParser);
        if (repeated.matches() && LISTS.contains(repeated.group(1))) {
            return "'%1$s' is there already, in line %2$s: write [[%1$s]] for both, in two brackets."
                    .formatted(repeated.group(1), repeated.group(2));
        }
        return STATIC_KEY.matcher(Quoted.line(ofParser)).replaceAll("sk_…") + ".";
    }
}
