package dev.sluice.sense.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The expectation that the status of an HTTP response is in one of these ranges.
///
/// @param text the text as written, for example `2xx, 304`
public record Statuses(String text, List<Range> ranges) implements Expectation {
    private static final Pattern CODE = Pattern.compile("[1-5][0-9][0-9]");
    private static final Pattern CLASS = Pattern.compile("[1-5]xx");
    private static final Pattern FROM_TO = Pattern.compile("([1-5][0-9][0-9])\\s*-\\s*([1-5][0-9][0-9])");

    /// The codes from the first to the last, inclusive.
    public record Range(int first, int last) {}

    /// Parses a list such as `200, 204-208, 3xx`.
    ///
    /// @throws IllegalArgumentException if the text is not such a list
    public static Statuses parse(String text) {
        List<Range> all = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String code = part.strip();
            var range = FROM_TO.matcher(code);
            if (CODE.matcher(code).matches()) {
                all.add(new Range(Integer.parseInt(code), Integer.parseInt(code)));
            } else if (CLASS.matcher(code).matches()) {
                int first = (code.charAt(0) - '0') * 100;
                all.add(new Range(first, first + 99));
            } else if (range.matches() && range.group(1).compareTo(range.group(2)) <= 0) {
                all.add(new Range(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2))));
            } else {
                throw new IllegalArgumentException(
                        "'" + code + "' is not a status: write codes, classes and ranges, such as 200, 3xx, 400-403");
            }
        }
        return new Statuses(text, List.copyOf(all));
    }

    @Override
    public Optional<Failure> test(WebResponse answer) {
        int status = answer.status();
        if (ranges.stream().anyMatch(range -> range.first <= status && status <= range.last)) return Optional.empty();
        return Optional.of(new Failure(Phrase.of("status", text), Phrase.text(String.valueOf(status))));
    }
}
