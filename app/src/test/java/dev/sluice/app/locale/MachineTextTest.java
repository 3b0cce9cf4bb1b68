package dev.sluice.app.locale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rule: text does not depend on the locale, the encoding, the time zone or the line separator of a
/// machine. The library runs in programs that set their own default locale, so every format names one:
/// `Locale.ROOT`.
///
/// The compiler checks calls whose format is a constant (`DefaultLocale` of Error Prone), and accepts
/// `"… %s".formatted(…)`, which is the same in all locales. This test finds what the compiler can't judge.
final class MachineTextTest {
    private static final String MAIN = "src/main/java";
    private static final Pattern COMMENT = Pattern.compile("(?<![:\"])//[^\\n]*");
    private static final String TEXT = "(?:\"(?:[^\"\\\\\\n]|\\\\.)*\"|[A-Z][A-Z_]*)";

    /// Formats that the compiler knows: a text, a constant, or several of them in parentheses.
    private static final Pattern CONSTANT_FORMAT = Pattern.compile(
            "(?:\"|\\b[A-Z][A-Z_]*|(?<!\\w)\\(\\s*" + TEXT + "(?:\\s*\\+\\s*" + TEXT + ")*\\s*\\))\\s*\\.formatted\\(");

    private static final Map<String, Pattern> FORBIDDEN = Map.of(
            "a format without a Locale", Pattern.compile("(?:String\\.format|\\.printf)\\((?!\\s*Locale\\.)"),
            "a format that is no constant, without a Locale", Pattern.compile("\\.formatted\\("),
            "the default locale", Pattern.compile("Locale\\.getDefault"),
            "the default encoding", Pattern.compile("defaultCharset\\("),
            "the machine's line separator", Pattern.compile("lineSeparator\\(|%n"));

    private static final String LOCAL_TIME = "the machine's time zone";
    private static final Pattern ZONE = Pattern.compile("systemDefault\\(");

    @Test
    void namesALocaleInEveryFormat() throws IOException {
        Map<String, List<String>> found = new TreeMap<>();
        for (Path module : modules()) {
            try (Stream<Path> files = Files.walk(module.resolve(MAIN))) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    List<String> faults = faults(Files.readString(file));
                    if (module.endsWith("demos")) faults.remove(LOCAL_TIME); // They show the machine's time.
                    if (!faults.isEmpty()) found.put(file.toString(), faults);
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        String.format("%s", a)                           | a format without a Locale
        System.out.printf("%s", a)                       | a format without a Locale
        (a ? "%d" : "%s").formatted(a)                   | a format that is no constant, without a Locale
        format.formatted(a)                              | a format that is no constant, without a Locale
        formatOf("a").formatted(a)                       | a format that is no constant, without a Locale
        Locale.getDefault()                              | the default locale
        "a".getBytes(Charset.defaultCharset())           | the default encoding
        String.format(Locale.ROOT, "%d%n", a)            | the machine's line separator
        LocalTime.now(ZoneId.systemDefault())            | the machine's time zone
        """)
    void findsWhatDependsOnTheMachine(String code, String fault) {
        assertThat(faults(code)).containsExactly(fault);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        String.format(Locale.ROOT, format, a)
        "a %s".formatted(a)
        LINE.formatted(a)
        ("a (%s)" + " b").formatted(a)
        // format.formatted(a)
        """)
    void acceptsFormatsThatTheCompilerChecks(String code) {
        assertThat(faults(code)).isEmpty();
    }

    private static List<String> faults(String source) {
        String code = COMMENT.matcher(source).replaceAll("");
        code = CONSTANT_FORMAT.matcher(code).replaceAll("");
        List<String> faults = new ArrayList<>();
        for (var each : FORBIDDEN.entrySet()) {
            if (each.getValue().matcher(code).find()) faults.add(each.getKey());
        }
        if (ZONE.matcher(code).find()) faults.add(LOCAL_TIME);
        return faults;
    }

    private static List<Path> modules() {
        List<Path> modules = Checkout.modules().stream()
                .filter(each -> Files.isDirectory(each.resolve(MAIN)))
                .toList();
        assertThat(modules)
                .extracting(Path::getFileName)
                .extracting(Path::toString)
                .contains("core", "client-java");
        return modules;
    }
}
