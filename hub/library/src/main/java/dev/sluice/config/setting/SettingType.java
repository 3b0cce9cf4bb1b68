package dev.sluice.config.setting;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The type of a setting: how its value is parsed from the file and the command line, and how it is written.
///
/// @param <T> the Java type of the value
public sealed interface SettingType<T> {
    /// Completes "'port' takes …": names the limits, and an example where the format is not obvious.
    String takes();

    /// Reads a text, boolean, whole number or list; empty if it is invalid.
    Optional<T> read(Object value);

    /// Parses text from the command line; empty if it is invalid.
    default Optional<T> parse(String text) {
        return read(text);
    }

    /// Completes "--port takes …".
    default String takesOnce() {
        return takes();
    }

    /// Combines the values of a repeated option.
    default T join(T earlier, T later) {
        return later;
    }

    /// Writes a value as TOML.
    String write(T value);

    /// Quotes an invalid value for a message.
    default String quote(Object value) {
        return Quoted.value(value);
    }

    /// Text that satisfies a rule.
    record Text(String takes, Predicate<String> isFitting) implements SettingType<String> {
        @Override
        public Optional<String> read(Object value) {
            return value instanceof String text && isFitting.test(text) ? Optional.of(text) : Optional.empty();
        }

        @Override
        public String write(String value) {
            return Quoted.text(value);
        }
    }

    /// Text that satisfies a rule, and may be a secret by mistake, so that messages never repeat an invalid
    /// value.
    record Confidential(String takes, Predicate<String> isFitting) implements SettingType<String> {
        @Override
        public Optional<String> read(Object value) {
            return value instanceof String text && isFitting.test(text) ? Optional.of(text) : Optional.empty();
        }

        @Override
        public String write(String value) {
            return Quoted.text(value);
        }

        @Override
        public String quote(Object value) {
            return "what is there (not shown, as it may be a secret)";
        }
    }

    /// A boolean.
    record Switch() implements SettingType<Boolean> {
        @Override
        public String takes() {
            return "true or false";
        }

        @Override
        public Optional<Boolean> read(Object value) {
            return value instanceof Boolean choice ? Optional.of(choice) : Optional.empty();
        }

        @Override
        public Optional<Boolean> parse(String text) {
            return switch (text) {
                case "true" -> Optional.of(true);
                case "false" -> Optional.of(false);
                default -> Optional.empty();
            };
        }

        @Override
        public String write(Boolean value) {
            return value.toString();
        }
    }

    /// One of a few words.
    record Word<E extends Enum<E>>(Class<E> words, Function<E, String> word) implements SettingType<E> {
        public Word(Class<E> words) {
            this(words, value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }

        public List<String> all() {
            return Stream.of(words.getEnumConstants()).map(word).toList();
        }

        @Override
        public String takes() {
            var all = new StringBuilder();
            var constants = words.getEnumConstants();
            for (int i = 0; i < constants.length; i++) {
                if (i > 0) all.append(i + 1 < constants.length ? ", " : " or ");
                all.append(write(constants[i]));
            }
            return all.toString();
        }

        @Override
        public Optional<E> read(Object value) {
            return Stream.of(words.getEnumConstants())
                    .filter(each -> word.apply(each).equals(value))
                    .findFirst();
        }

        @Override
        public String write(E value) {
            return Quoted.text(word.apply(value));
        }
    }

    /// A count.
    record Whole(long min, long max) implements SettingType<Long> {
        @Override
        public String takes() {
            return max == Long.MAX_VALUE ? "a number from " + min + " on" : "a number from " + min + " to " + max;
        }

        @Override
        public Optional<Long> read(Object value) {
            return value instanceof Long number && number >= min && number <= max
                    ? Optional.of(number)
                    : Optional.empty();
        }

        @Override
        public Optional<Long> parse(String text) {
            return text.matches("[0-9]{1,18}") ? read(Long.parseLong(text)) : Optional.empty();
        }

        @Override
        public String write(Long value) {
            return value.toString();
        }
    }

    /// A duration, such as `"60s"`.
    record Time(Duration min, Duration max) implements SettingType<Duration> {
        @Override
        public String takes() {
            return "a duration from " + write(min) + " to " + write(max);
        }

        @Override
        public Optional<Duration> read(Object value) {
            return Units.TIME
                    .read(value)
                    .map(Duration::ofMillis)
                    .filter(time -> time.compareTo(min) >= 0 && time.compareTo(max) <= 0);
        }

        @Override
        public String write(Duration value) {
            return Units.TIME.write(value.toMillis());
        }
    }

    /// A size in bytes, such as `"64MiB"`.
    record Size(long min, long max) implements SettingType<Long> {
        @Override
        public String takes() {
            return "a size from " + write(min) + " to " + write(max);
        }

        @Override
        public Optional<Long> read(Object value) {
            return Units.SIZE.read(value).filter(bytes -> bytes >= min && bytes <= max);
        }

        @Override
        public String write(Long value) {
            return Units.SIZE.write(value);
        }
    }

    /// A list.
    record Several<T>(SettingType<T> element, int countMax) implements SettingType<List<T>> {
        @Override
        public String takes() {
            return "a list of at most " + countMax + ", each " + element.takes();
        }

        @Override
        public Optional<List<T>> read(Object value) {
            if (!(value instanceof List<?> list) || list.size() > countMax) return Optional.empty();
            var elements = list.stream().map(element::read).toList();
            return elements.stream().allMatch(Optional::isPresent)
                    ? Optional.of(elements.stream().flatMap(Optional::stream).toList())
                    : Optional.empty();
        }

        /// Parses one element; an option is repeated for more.
        @Override
        public Optional<List<T>> parse(String text) {
            return element.parse(text).map(List::of);
        }

        @Override
        public String takesOnce() {
            return element.takesOnce();
        }

        @Override
        public List<T> join(List<T> earlier, List<T> later) {
            return Stream.concat(earlier.stream(), later.stream()).toList();
        }

        @Override
        public String write(List<T> value) {
            return value.stream().map(element::write).collect(Collectors.joining(", ", "[", "]"));
        }
    }
}
