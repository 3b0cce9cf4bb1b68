package dev.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configuration;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.server.fuzz.FuzzTarget;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tomlj.Toml;

/// The configuration file: each mistake has the file, a line that exists, and where the file is TOML a key;
/// an accepted file is printed as one with the same meaning.
public final class ConfigurationTarget {
    public static final FuzzTarget TARGET = FuzzTarget.ofUtf8("configuration", ConfigurationTarget::check);

    /// After a header without its bracket, tomlj 2.2.0 takes the cube of the number of blank lines: seconds for two
    /// thousand. The file is the operator's own, so no stranger can cause that.
    private static final int LENGTH_MAX = 500;

    private static final Pattern MISTAKE = Pattern.compile("f:([1-9][0-9]*):([1-9][0-9]*): ([^\\p{Cntrl}]+[.?])");

    /// A key in quotation marks, or a list in brackets.
    private static final Pattern KEY = Pattern.compile("'[^']+'|\\[\\[[a-z]+]]");

    private static final Pattern MORE = Pattern.compile("and [0-9]+ more\\.");

    private ConfigurationTarget() {}

    private static void check(String text) throws InvalidConfigurationException {
        if (text.length() > LENGTH_MAX) return;
        Configuration read;
        try {
            read = ConfigurationFile.parse("f", text);
        } catch (InvalidConfigurationException refused) {
            for (String line : refused.getMessage().split("\n")) {
                if (!MORE.matcher(line).matches()) checkMistake(line, text);
            }
            return;
        }
        String printed = withoutSources(TomlWriter.of(read));
        assertThat(withoutSources(TomlWriter.of(ConfigurationFile.parse("f", printed))))
                .isEqualTo(printed);
    }

    private static void checkMistake(String line, String text) {
        Matcher mistake = MISTAKE.matcher(line);
        assertThat(mistake.matches()).as(line).isTrue();
        assertThat(Integer.parseInt(mistake.group(1))).as(line).isLessThanOrEqualTo(text.split("\r\n|\n", -1).length);
        if (isToml(text)) assertThat(mistake.group(3)).containsPattern(KEY);
    }

    private static boolean isToml(String text) {
        try {
            return !Toml.parse(text).hasErrors();
        } catch (RuntimeException broken) {
            return false;
        }
    }

    private static String withoutSources(String printed) {
        return printed.replaceAll(" *# .*", "");
    }
}
