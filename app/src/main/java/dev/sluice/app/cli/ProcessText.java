package dev.sluice.app.cli;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The text that this process was started with: its arguments, and the variables of Sluice.
///
/// The JVM decodes it by the locale. Services and containers often have a locale whose encoding is not UTF-8; there,
/// characters beyond ASCII arrive as replacement characters, or as wrong ones. The launcher sets a locale. A program
/// started without the launcher refuses such text instead of publishing or storing something else.
public final class ProcessText {
    private static final char REPLACEMENT = '\uFFFD';
    private static final String PREFIX = "SLUICE_";

    private ProcessText() {}

    /// Returns a sentence for the user if some of the text was not decoded.
    ///
    /// @param encoding the encoding by which the JVM decodes it, `sun.jnu.encoding`
    public static Optional<String> fault(String encoding, Map<String, String> environment, String... arguments) {
        boolean isUtf8 = encoding.equalsIgnoreCase("UTF-8");
        for (int i = 0; i < arguments.length; i++) {
            if (isUndecoded(arguments[i], isUtf8)) return Optional.of("Argument " + (i + 1) + advice(isUtf8));
        }
        for (var variable : new TreeMap<>(environment).entrySet()) {
            if (variable.getKey().startsWith(PREFIX) && isUndecoded(variable.getValue(), isUtf8))
                return Optional.of("The variable " + variable.getKey() + advice(isUtf8));
        }
        return Optional.empty();
    }

    private static boolean isUndecoded(String text, boolean isUtf8) {
        return isUtf8 ? text.indexOf(REPLACEMENT) >= 0 : text.chars().anyMatch(character -> character > '~');
    }

    private static String advice(boolean isUtf8) {
        return isUtf8
                ? " is not valid UTF-8."
                : " has characters that this locale's encoding lacks: set LC_ALL=C.UTF-8.";
    }
}
