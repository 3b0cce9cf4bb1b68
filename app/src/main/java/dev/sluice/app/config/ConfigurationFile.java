package dev.sluice.app.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/// Reads `sluice.toml`. All that is wrong is told at once.
final class ConfigurationFile {
    /// Rules for a thousand channels take a tenth of it.
    private static final int BYTES_MAX = 1 << 20;

    private ConfigurationFile() {}

    /// @throws InvalidConfiguration if it can't be read, or says something that can't be
    static Configuration read(Path path) throws InvalidConfiguration {
        try (var stream = Files.newInputStream(path)) {
            var bytes = stream.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) throw unreadable(path, "it has more than " + BYTES_MAX + " bytes");
            return parse(
                    path.toString(),
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException reason) {
            throw unreadable(path, "it is not UTF-8");
        } catch (NoSuchFileException reason) {
            throw unreadable(path, "there is no such file");
        } catch (IOException reason) {
            throw unreadable(path, Files.isDirectory(path) ? "it is a folder" : String.valueOf(reason.getMessage()));
        }
    }

    private static InvalidConfiguration unreadable(Path path, String reason) {
        return new InvalidConfiguration(List.of(new Fault(path.toString(), 0, 0, "can't be read: " + reason + ".")));
    }

    /// @param file its name, for messages
    static Configuration parse(String file, String text) throws InvalidConfiguration {
        var toml = toml(file, text);
        var faults = new ArrayList<Fault>();
        var values = new Tables(file, "", Settings.ALL, Set.of(RuleReader.CHANNEL), faults).read(toml);
        var rules = new RuleReader(file, faults).read(toml);
        faults.addAll(Settings.disorder(values));
        addSyntaxErrors(file, text, toml, faults);
        if (!faults.isEmpty()) throw new InvalidConfiguration(faults);
        return new Configuration(values, rules);
    }

    /// The parser fails over some broken inline tables instead of reporting them. The first line with which it does is
    /// where to look.
    private static TomlParseResult toml(String file, String text) throws InvalidConfiguration {
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
            var invalid =
                    new InvalidConfiguration(List.of(new Fault(file, good + 1, 1, "up to here this is no TOML.")));
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
            boolean isHeader =
                    line <= lines.size() && lines.get(line - 1).stripLeading().startsWith("[");
            // Nobody knows whose the keys behind a broken header are, so nothing else is said of them.
            if (isHeader) faults.removeIf(fault -> fault.line() > line);
        }
        for (var error : toml.errors()) {
            var position = error.position();
            faults.add(new Fault(file, position.line(), position.column(), Quoted.line(error.getMessage()) + "."));
        }
    }
}
